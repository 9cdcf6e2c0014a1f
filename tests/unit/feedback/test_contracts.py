"""Every fact of feedback reaches others, and none carries a person's words."""

import inspect

from services.feedback.adapters.events import CONTRACTS, published
from services.feedback.domain import facts
from services.feedback.domain.vocabulary import State
from shared.aggregate import Fact
from shared.events import feedback_v1
from tests.unit.feedback.making import LATER, REPLY_BY, SAID, announced_register, assigned, in_state, ring_due


def test_every_fact_has_the_contract_of_its_name_and_every_contract_a_fact() -> None:
    known = {
        each for _, each in inspect.getmembers(facts, inspect.isclass) if issubclass(each, Fact) and each is not Fact
    } - {facts.OpinionFact}
    assert {fact.__name__: contract.__name__ for fact, contract in CONTRACTS.items()} == {
        each.__name__: each.__name__ for each in known
    }
    assert set(CONTRACTS.values()) == set(feedback_v1.CONTRACTS)


def test_everything_that_happens_to_an_opinion_can_be_said_and_says_no_words_of_a_person() -> None:
    overdue = assigned()
    ring_due(overdue, REPLY_BY)
    nil = announced_register()
    nil.hold(LATER)
    nil.declare_nil_return(by="clerk", at=LATER)
    happened = [fact for state in State for fact in in_state(state).facts] + overdue.facts + nil.facts
    said = [published(each).model_dump_json() for each in happened]
    assert said
    assert not [each for each in said if SAID.text in each or "clerk" in each or "writer" in each]
