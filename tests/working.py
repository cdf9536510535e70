"""Doing the worker's work in a test, step by step at the test's own clock."""

from sqlmodel import col, select

from porchlight.core.jobs import Job
from porchlight.core.tools import Tools
from porchlight.worker import Worker


def work(tools: Tools) -> None:
    """Do every job that is due, and what they leave for now; a job that failed fails the test."""
    worker = Worker(tools)
    while worker.step():
        pass
    with tools.db.reading() as session:
        troubles = list(session.exec(select(Job.name, Job.trouble).where(col(Job.trouble) != "")))
    assert troubles == []
