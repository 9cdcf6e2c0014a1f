"""The check that a reader sees a document before or after an update, never in the middle of it."""

import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from tests.engines.guarantees import Documents, holds

WRITERS, READERS = 2, 2
WIDTH = 5_000  # numbers between the two fields that have to agree: the longer the document, the longer the moment


def readers_see_whole_documents(documents: Documents, reads: int) -> None:
    """Read a document that changes all the time, up to `reads` times per reader. Raises Broken."""
    documents.insert_one({"_id": "whole", "first": 0, "between": list(range(WIDTH)), "last": 0})
    enough = threading.Event()
    with ThreadPoolExecutor(WRITERS + READERS) as threads:
        writers = [threads.submit(_write, documents, enough) for _ in range(WRITERS)]
        readers = [threads.submit(_read, documents, reads, enough) for _ in range(READERS)]
        wait(readers, return_when=FIRST_EXCEPTION)
        enough.set()
        for reader in readers:
            reader.result()
        written = sum(writer.result() for writer in writers)
    document = documents.find_one({"_id": "whole"})
    holds(document is not None and document["first"] == document["last"] == written, "an update was lost")


def _write(documents: Documents, enough: threading.Event) -> int:
    written = 0
    while not enough.is_set():
        written += documents.update_one({"_id": "whole"}, {"$inc": {"first": 1, "last": 1}}).modified_count
    return written


def _read(documents: Documents, reads: int, enough: threading.Event) -> None:
    for _ in range(reads):
        if enough.is_set():
            return
        seen = documents.find_one({"_id": "whole"})
        holds(seen is not None, "the document was gone for a moment")
        if seen:
            holds(seen["first"] == seen["last"], f"half an update: {seen['first']} and {seen['last']}")
