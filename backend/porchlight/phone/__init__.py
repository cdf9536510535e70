"""The only door for what a phone did alone: deposits, receipts and the pack of pages it keeps."""
