"""From bytes to blobs, in batches of models or in columns.

bytes    text.Text           decompressed, in UTF-8, in pieces of 64 KiB at most
  |      scanner.Scanner     cut behind the last complete markup: nobody after it sees half a tag
  |-- runs.Runs              objects that look alike, as text, into columns (forms)
  |      columns.Columns     one list of values for each attribute; models are filled from it
  |-- trees.Trees            everything else, parsed by lxml (parser, window)
  |      document.Document   read element by element (attributes, children)
  |-- chunks.Chunks          gathers both, as models or as columns
  v
blobs    decoder.Decoder     divides the text, and hands out what each piece completed

A small document that is there as a whole goes another, shorter way (whole).

Internal: names here may change in any release.
"""
