import numpy as np
import pytest

from eyebright.analysis.faces.emotions import (
    FACEAPI_ORDER,
    OARRIAGA_ORDER,
    mean_expression,
    ranked_emotions,
)


def test_both_nets_vote_for_the_same_emotion_in_their_own_order() -> None:
    logits = np.full((1, 3, 7), -20.0, np.float32)
    logits[..., FACEAPI_ORDER.index("FEAR")] = 5.0
    probabilities = np.zeros((1, 3, 7), np.float32)
    probabilities[..., OARRIAGA_ORDER.index("FEAR")] = 1.0
    shares = mean_expression(logits, probabilities)
    assert shares[0, FACEAPI_ORDER.index("FEAR")] == pytest.approx(1.0)


def test_all_eight_are_listed_surest_first() -> None:
    shares = np.array([0.1, 0.5, 0.05, 0.05, 0.1, 0.1, 0.1], np.float32)
    ranked = ranked_emotions(shares, temperature=1.0)
    assert len({name for name, _ in ranked}) == 8
    assert ranked[0][0] == "HAPPY"
    assert ranked[0][1] == pytest.approx(0.5)
    confidences = [confidence for _, confidence in ranked]
    assert confidences == sorted(confidences, reverse=True)


def test_confused_is_never_claimed() -> None:
    shares = np.full(7, 1 / 7, np.float32)
    name, confidence = ranked_emotions(shares, temperature=1.0)[-1]
    assert name == "CONFUSED"
    assert confidence < 1 / 7


def test_a_high_temperature_spreads_the_shares() -> None:
    shares = np.array([0.7, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05], np.float32)
    sharp = ranked_emotions(shares, temperature=0.5)[0][1]
    spread = ranked_emotions(shares, temperature=2.0)[0][1]
    assert sharp > 0.7 > spread


def test_no_faces_have_no_expression() -> None:
    empty = np.empty((0, 3, 7), np.float32)
    assert mean_expression(empty, empty).shape == (0, 7)
