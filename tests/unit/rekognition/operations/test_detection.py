from __future__ import annotations

import pytest


def test_a_picture_without_faces_answers_an_empty_list(client, photo):
    assert client.ask("DetectFaces", Image=photo()) == {"FaceDetails": []}


def test_default_attributes_are_box_points_pose_and_quality(client, photo):
    (face,) = client.ask("DetectFaces", Image=photo("Ada"))["FaceDetails"]
    assert set(face) == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    assert [point["Type"] for point in face["Landmarks"]] == [
        "eyeLeft",
        "eyeRight",
        "mouthLeft",
        "mouthRight",
        "nose",
    ]
    assert 0 < face["BoundingBox"]["Width"] < 1


@pytest.mark.parametrize("attributes", [["ALL"], ["DEFAULT", "ALL"], ["SMILE", "ALL"]])
def test_all_wins_over_every_other_attribute(client, photo, attributes):
    (face,) = client.ask("DetectFaces", Image=photo("Ada"), Attributes=attributes)["FaceDetails"]
    expected = "AgeRange Smile Eyeglasses Sunglasses Gender Beard Mustache EyesOpen MouthOpen"
    assert set(expected.split()) <= set(face)
    assert {"Emotions", "FaceOccluded", "EyeDirection"} <= set(face)
    confidences = [emotion["Confidence"] for emotion in face["Emotions"]]
    assert len(confidences) == 8
    assert confidences == sorted(confidences, reverse=True)


def test_one_attribute_adds_itself_to_the_default_ones(client, photo):
    (face,) = client.ask("DetectFaces", Image=photo("Ada"), Attributes=["FACE_OCCLUDED"])[
        "FaceDetails"
    ]
    assert set(face) == {
        "BoundingBox",
        "Confidence",
        "Landmarks",
        "Pose",
        "Quality",
        "FaceOccluded",
    }


def test_faces_come_largest_first(client, photo):
    faces = client.ask("DetectFaces", Image=photo("Ada", "Ben", "Cleo"))["FaceDetails"]
    areas = [face["BoundingBox"]["Width"] * face["BoundingBox"]["Height"] for face in faces]
    assert len(areas) == 3
    assert areas == sorted(areas, reverse=True)


def test_comparing_splits_the_target_into_matches_and_others(client, photo):
    answer = client.ask(
        "CompareFaces", SourceImage=photo("Ben"), TargetImage=photo("Ada", "Ben", "Cleo")
    )
    (match,) = answer["FaceMatches"]
    assert match["Similarity"] > 90
    assert len(answer["UnmatchedFaces"]) == 2
    assert set(answer["SourceImageFace"]) == {"BoundingBox", "Confidence"}
    assert "SourceImageOrientationCorrection" not in answer


def test_strangers_are_not_an_error(client, photo):
    answer = client.ask("CompareFaces", SourceImage=photo("Ben"), TargetImage=photo("Ada"))
    assert answer["FaceMatches"] == []
    assert len(answer["UnmatchedFaces"]) == 1


@pytest.mark.parametrize("who", ["source", "target"])
def test_comparing_needs_a_face_on_both_sides(client, photo, who):
    sides = {"SourceImage": photo("Ada"), "TargetImage": photo("Ada")}
    sides["SourceImage" if who == "source" else "TargetImage"] = photo()
    with pytest.raises(Exception, match="InvalidParameterException: Request has invalid") as caught:
        client.ask("CompareFaces", **sides)
    assert getattr(caught.value, "message", None) == "Request has invalid parameters"


@pytest.mark.parametrize(
    "image", [{}, {"Bytes": b"x", "S3Object": {"Bucket": "photos", "Name": "b"}}]
)
def test_an_image_is_either_bytes_or_an_object(client, image):
    with pytest.raises(Exception, match="InvalidParameterException"):
        client.ask("DetectFaces", Image=image)


def test_an_object_of_a_folder_bucket_is_read(client, photo, tmp_path):
    (tmp_path / "bucket" / "ada.png").write_bytes(photo("Ada")["Bytes"])
    answer = client.ask("DetectFaces", Image={"S3Object": {"Bucket": "photos", "Name": "ada.png"}})
    assert len(answer["FaceDetails"]) == 1


def test_a_missing_object_is_said_in_awss_words(client):
    with pytest.raises(Exception, match="InvalidS3ObjectException: Unable to get object metadata"):
        client.ask("DetectFaces", Image={"S3Object": {"Bucket": "photos", "Name": "no.png"}})
