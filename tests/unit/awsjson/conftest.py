"""A service of our own making, and Rekognition's model as the installed botocore has it."""

from __future__ import annotations

import pytest

from eyebright.awsjson.model import ServiceModel, load_service_model, read_service_model

SHOP = {
    "metadata": {
        "protocol": "json",
        "jsonVersion": "1.1",
        "targetPrefix": "ShopService",
        "endpointPrefix": "shop",
        "serviceFullName": "The Shop",
    },
    "operations": {
        "Order": {
            "input": {"shape": "OrderRequest"},
            "output": {"shape": "OrderResponse"},
            "errors": [{"shape": "SoldOut"}, {"shape": "ShopBurning"}],
        },
        "Close": {},
    },
    "shapes": {
        "OrderRequest": {
            "type": "structure",
            "required": ["Id"],
            "members": {
                name: {"shape": name}
                for name in ("Id", "Count", "Weight", "Price", "Photo", "Gift", "When", "Big")
            }
            | {name: {"shape": name} for name in ("Colours", "Lines", "Tags", "Note", "Kind")},
        },
        "OrderResponse": {
            "type": "structure",
            "required": ["Id"],
            "members": {
                name: {"shape": name}
                for name in ("Id", "Count", "Weight", "Price", "Photo", "Gift", "When", "Colours")
            }
            | {"Lines": {"shape": "Lines"}, "Tags": {"shape": "Tags"}},
        },
        "SoldOut": {"type": "structure", "members": {}, "exception": True},
        "ShopBurning": {"type": "structure", "members": {}, "exception": True, "fault": True},
        "Id": {"type": "string", "min": 1, "max": 8, "pattern": "[a-z]+"},
        "Note": {"type": "string"},
        "Kind": {"type": "string", "enum": ["CAKE", "TEA"]},
        "Count": {"type": "integer", "min": 1, "max": 10},
        "Big": {"type": "long"},
        "Weight": {"type": "float", "min": 0, "max": 100},
        "Price": {"type": "double"},
        "Photo": {"type": "blob", "min": 1, "max": 4},
        "Gift": {"type": "boolean"},
        "When": {"type": "timestamp"},
        "Colours": {"type": "list", "member": {"shape": "Kind"}, "max": 3},
        "Lines": {"type": "list", "member": {"shape": "Line"}, "max": 2},
        "Line": {
            "type": "structure",
            "required": ["Sku"],
            "members": {"Sku": {"shape": "Id"}, "Count": {"shape": "Count"}},
        },
        "Tags": {
            "type": "map",
            "key": {"shape": "Id"},
            "value": {"shape": "TagValue"},
            "max": 2,
        },
        "TagValue": {"type": "string", "max": 3},
    },
}


@pytest.fixture(scope="session")
def shop() -> ServiceModel:
    return read_service_model(SHOP)


@pytest.fixture(scope="session")
def rekognition() -> ServiceModel:
    return load_service_model("rekognition")
