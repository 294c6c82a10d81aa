"""`tracker assign`."""

from typing import Annotated

import typer

from tracker.actions.assignment import assign as name_units
from tracker.cli.arguments import words
from tracker.cli.decision_options import Day, Ids, day_of, run
from tracker.cli.options import Text, write_command
from tracker.cli.write_options import WriteOptions


@write_command
def assign(
    options: WriteOptions,
    ids: Ids,
    lead: Annotated[Text, typer.Option("--lead", metavar="NAME,…", help="牵头单位，可用逗号隔开多个")] = None,
    participant: Annotated[
        Text, typer.Option("--participant", metavar="NAME,…", help="参与单位，可用逗号隔开多个")
    ] = None,
    main: Annotated[Text, typer.Option("--main", metavar="NAME", help="主牵头：几个牵头单位中由谁统一填报")] = None,
    date: Day = None,
) -> None:
    """指定或更正牵头、参与单位，明确主牵头

    方案已写明牵头单位的，--lead 是更正，原列单位仍可查；几个单位共同牵头的，用 --main 明确由谁填报。
    """
    day = day_of(date)
    leads, participants = words(lead) or (), words(participant) or ()
    run(
        options,
        "assign",
        ids,
        lambda changeset, ref: name_units(changeset, ref, day, options.speaker, leads, participants, main),
    )
