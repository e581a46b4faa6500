"""From bytes to blobs, in batches of models or in columns.

bytes    text.TextStream     decompressed, in UTF-8, in pieces of 64 KiB at most
  |      scanner.Scanner     cut after the last complete markup: no later stage sees half a tag
  |-- runs.Runs              turns objects that look alike from text into columns (forms)
  |      columns.Columns     one list of values for each attribute; models are filled from it
  |-- trees.Trees            everything else, parsed by lxml (parser, window)
  |      document.Document   read element by element (attributes, children)
  |-- chunks.Chunks          collects both, as models or as columns
  v
blobs    decoder.Decoder     divides the text, and hands out the blobs that each piece completed

A small document that is in memory takes a shorter way (whole).

Internal: names here may change in any release.
"""
