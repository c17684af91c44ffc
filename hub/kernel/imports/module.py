"""The manifest of imports: its jobs, and the command that every kind gets."""

from __future__ import annotations

from hub.kernel.imports import applying, checking, keeping, logged, staging
from hub.kernel.imports.command import import_commands
from hub.kernel.imports.passes import given_up, recover
from hub.kernel.module import Cron, External, Job, Module

module = Module(
    name="imports",
    title="Imports",
    package="hub.kernel.imports",
    acts=logged.ACTS,
    jobs=(
        External(
            name="imports.stage",
            claim=staging.claim,
            act=staging.act,
            record=staging.record,
            recover=recover,
            given_up=given_up,
        ),
        External(
            name="imports.check",
            claim=checking.claim,
            act=checking.act,
            record=checking.record,
            recover=recover,
            given_up=given_up,
        ),
        External(
            name="imports.apply",
            claim=applying.claim,
            act=applying.act,
            record=applying.record,
            recover=recover,
            given_up=given_up,
        ),
        Job(name=keeping.JOB, run=keeping.sweep),
    ),
    cron=(Cron(job=keeping.JOB, every_s=86_400),),
    parameters=keeping.PARAMETERS,
    retention=keeping.RETENTION,
    commands=(import_commands,),
)
