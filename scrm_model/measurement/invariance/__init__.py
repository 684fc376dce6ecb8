"""Do the items mean the same in every group?"""
