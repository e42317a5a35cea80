"""What a reader takes away: tables, workbooks, pictures, packs for reporters, the whole catalogue as a data package.

Everything here is made from the rows of one ``Selection``, which is also what the page shows.
"""
