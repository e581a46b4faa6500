"""From bytes to blobs, in batches of models or in columns.

bytes    text.Text           decompressed, in UTF-8, in pieces of 64 KiB at most
  |      feed.Feed           which part of a piece goes which way
  |-- runs.Runs              objects that look alike, as text, into columns (forms, nested)
  |      columns.Columns     one list of values for each attribute; models are filled from it
  |-- parser.PushParser      everything else, through libxml2 (positions, dictionary)
  |      target.Target       builds models from its callbacks (layouts, elements)
  |-- chunks.Chunks          gathers both, as models (batches) or as columns (stretches)
  v
blobs    decoder.Decoder     hands out what each piece completed, then the error that it met

Internal: names here may change in any release.
"""
