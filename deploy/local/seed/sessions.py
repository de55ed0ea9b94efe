"""The demo team's supervision of the last quarter as data: what was held and said, what wasn't and
why, who has signed, and what became of it (HB 5.21 to 5.23).

Everything is invented; nobody in it exists. Days are relative to the day of seeding.
"""

from deploy.local.seed.session import Action, NotHeld, Record, Session

SESSIONS = (
    Session(of="1-developmental", days_ago=-2),
    Session(
        of="1-developmental",
        days_ago=40,
        record=Record(
            minutes=55,
            agenda=("Actions from last time", "Endings", "Lone visits"),
            discussion="Talked about how to begin talking about the end. Some people will need a "
            "visit less soon, and it is easier to go on than to say so. We wrote down three "
            "sentences that could open it. The new flat on the estate: parks under the lamp, rings "
            "in before and after, and that is enough for now.",
            actions=(
                Action(action="Raise fortnightly visits with one person, and say how it went."),
                Action(
                    action="Put the lone-working card into the bag as well as the car.",
                    within_days=7,
                    done="Done the same day.",
                ),
            ),
            themes=("endings", "lone working"),
        ),
    ),
    Session(
        of="1-developmental",
        days_ago=82,
        record=Record(
            minutes=60,
            agenda=("The last six weeks", "Writing notes", "What to learn next"),
            discussion="The visits are going well and the diary is not: notes are being written at "
            "the kitchen table in the evening. We looked at a week together. Three visits a day "
            "leave time to write at the office between the second and the third; four do not. "
            "Would like to know more about benefits, since so much of the post is about them.",
            actions=(
                Action(
                    action="Keep the hour after lunch for notes, for four weeks, and see.",
                    done="Kept in three weeks of the four. Notes are on the day now.",
                ),
                Action(
                    action="Ask Citizens Advice whether staff may sit in on a session.",
                    owner="supervisor",
                    done="They may: two places in the new year.",
                ),
            ),
            themes=("time management", "note keeping"),
        ),
    ),
    Session(
        of="1-review",
        days_ago=54,
        hour=14,
        record=Record(
            minutes=75,
            agenda=("Objectives at half year", "Late notes", "Training"),
            discussion="Four of five objectives are met or on the way. Level 3 is finished, well "
            "inside the two years. Eleven notes of the summer were written more than a day after "
            "the visit. From here on none is to be late without its reason. First aid runs out "
            "next year and is booked.",
            actions=(
                Action(
                    action="No late note without a reason, to be looked at in three months.",
                    within_days=91,
                ),
                Action(
                    action="Find out what the office's computers do at half past four.",
                    owner="supervisor",
                    done="The desktop machines update themselves then. Moved to the night.",
                ),
            ),
            themes=("note keeping", "time management"),
            disagrees="Seven of the eleven were written on the day, on paper, while the system was "
            "down, and copied in when it came back. I had asked that this be in the record.",
        ),
    ),
    Session(
        of="1-case",
        days_ago=33,
        hour=9,
        record=Record(
            minutes=50,
            agenda=("How each plan is working", "The rent", "The bus"),
            discussion="Went through all five. The rent is the one that could not wait: the "
            "council has the letter and has not gone to court. Agreed who rings whom, so that he "
            "does not hear two things. The bus is going at her pace and should stay there.",
            cases=("one", "two"),
            actions=(
                Action(
                    action="Ask the income officer to confirm in writing that no date is set.",
                    within_days=7,
                    done="Letter came within the week; a copy is with the plan.",
                ),
            ),
            themes=("caseload",),
        ),
    ),
    Session(
        of="1-case",
        days_ago=47,
        hour=9,
        not_held=NotHeld(
            how="non-attendances",
            reason_code="urgent_work",
            reason="I was called to an assessment on the ward and could not get word out in time.",
        ),
    ),
    Session(
        of="2-developmental",
        days_ago=7,
        not_held=NotHeld(
            how="cancellations",
            reason_code="absence",
            reason="On leave at short notice. To be found a new time the week after.",
        ),
    ),
    Session(
        of="2-developmental",
        days_ago=35,
        record=Record(
            minutes=60,
            agenda=("Actions", "The launderette", "Money"),
            discussion="Proud of the launderette, and rightly. We talked about handling other "
            "people's money: a receipt every time, the amount in the note, and somebody who saw. "
            "Feels quicker to do a thing than to wait while somebody does it, and has noticed that "
            "they learn nothing that way.",
            actions=(
                Action(action="Next visit: hands in pockets for ten minutes, and write it up."),
            ),
            themes=("boundaries", "handling money"),
        ),
    ),
    Session(
        of="2-developmental",
        days_ago=63,
        record=Record(
            minutes=60,
            agenda=("First weeks", "Induction", "What you would like to be told"),
            discussion="Two weeks in. Shadowed four colleagues and was glad of the difference "
            "between them. Not sure when to say that something is not part of the job; we went "
            "through the six things that it isn't. Half of the induction's list is ticked. Would "
            "rather hear of a mistake on the day than at the end of the month.",
            actions=(
                Action(action="Finish the induction's list.", within_days=70),
                Action(
                    action="Find a place on the next record-keeping course.",
                    owner="supervisor",
                    within_days=14,
                    done="None before January. Name is down; notes are countersigned till then.",
                ),
            ),
            themes=("boundaries", "induction"),
        ),
    ),
    Session(
        of="2-mentoring",
        days_ago=1,
        hour=15,
        record=Record(
            minutes=40,
            discussion="The note about the reminder to take a tablet has come back as a query. Not "
            "the end of the world, and right that somebody asks. Went through what the plan would "
            "have to say first.",
            actions=(
                Action(
                    action="Read the two plans for what they say about medicines.", within_days=14
                ),
            ),
            themes=("boundaries",),
            signed=("supervisor",),
        ),
    ),
    Session(
        of="2-mentoring",
        days_ago=28,
        hour=15,
        record=Record(
            minutes=40,
            discussion="A joint visit, then tea. How to leave on time without looking at the "
            "watch: say at the door on the way in when you have to go.",
            actions=(
                Action(
                    action="Try it on three visits.",
                    done="Worked on all three; one person said it helped them too.",
                ),
            ),
            themes=("confidence", "time management"),
        ),
    ),
    Session(
        of="2-mentoring",
        days_ago=56,
        hour=15,
        record=Record(
            minutes=45,
            agenda=("The first visit alone",),
            discussion="Talked through the first visit alone, minute by minute. The silence was "
            "the hard part. I said what I do: look at what they are looking at.",
            themes=("confidence",),
        ),
    ),
    Session(
        of="2-clinical",
        days_ago=30,
        hour=13,
        record=Record(
            minutes=45,
            agenda=("Early signs", "Medicines: what the role may do"),
            discussion="What changes first when somebody is becoming unwell, from four people's "
            "own lists. Medicines: may report a worry, and must; may remind only where the plan "
            "says so and after being signed off; may not look after, choose or advise.",
            cases=("seven",),
            actions=(
                Action(
                    action="Watch two reminders being given and talk about them afterwards.",
                    within_days=42,
                ),
            ),
            themes=("medicines", "boundaries"),
        ),
    ),
    Session(of="3-developmental", days_ago=-6, hour=11),
    Session(
        of="3-developmental",
        days_ago=49,
        hour=11,
        record=Record(
            minutes=60,
            agenda=("Mentoring", "The lead's role", "Own caseload"),
            discussion="Enjoys the mentoring and gives it more time than the diary has. The role "
            "of lead for the STR workers is not written down, so it grows. We made a list of what "
            "it is and what somebody else could do.",
            actions=(
                Action(
                    action="Write half a page on what the lead does, for the manager.",
                    done="Sent, and agreed with one change.",
                ),
            ),
            themes=("caseload", "time management"),
        ),
    ),
    Session(
        of="3-review",
        days_ago=19,
        hour=14,
        record=Record(
            minutes=60,
            agenda=("Objectives", "Two employers", "Next step"),
            discussion="All objectives met. The afternoon a week at the recovery college is good "
            "for the team too, as long as nobody books it over. Would like to look at nursing "
            "degree apprenticeships.",
            actions=(
                Action(
                    action="Ask when the trust next takes apprentices.",
                    owner="supervisor",
                    within_days=30,
                ),
            ),
            themes=("career",),
        ),
    ),
    Session(
        of="3-clinical",
        days_ago=26,
        hour=13,
        record=Record(
            minutes=50,
            agenda=("Coming home from the ward", "Stairs and lifts"),
            discussion="The first fortnight at home is when it goes wrong, and it is when visits "
            "are most often moved. We drew up what the first week should look like. Went alone "
            "into a building with a broken lift, a dark stair and no signal, and was uneasy.",
            cases=("eight", "nine"),
            actions=(
                Action(
                    action="Ask that nobody visits that building alone until the lift works.",
                    owner="supervisor",
                    within_days=3,
                    done="Agreed with the manager; the landlord mended it in the end.",
                ),
            ),
            themes=("lone working", "discharge"),
        ),
    ),
    Session(
        of="9-review",
        days_ago=24,
        record=Record(
            minutes=60,
            agenda=("Objectives", "Level 3"),
            discussion="Good work with two people, and both say so. Level 3 is well past its two "
            "years: the course that was begun was stopped when the college closed it. There is "
            "another from January, one day a week, and both employers agree to the time.",
            actions=(Action(action="Enrol for the course from January.", within_days=40),),
            themes=("training",),
        ),
    ),
    Session(
        of="9-developmental",
        days_ago=37,
        hour=14,
        record=Record(
            minutes=50,
            discussion="Two jobs and two diaries: one calendar from now on, which both offices "
            "see. Felt responsible when a plan slipped that was somebody else's to hold.",
            actions=(Action(action="Put both diaries into one.", within_days=14, done="Done."),),
            themes=("time management", "boundaries"),
        ),
    ),
)
"""Of each agreement the last first."""
BY_SESSION = {each.key: each for each in SESSIONS}
