"""Signs the requests of a JSON file with botocore: usage sigv4_oracle.py CASES ANSWERS."""
import datetime
import json
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

answers = []
for case in json.load(open(sys.argv[1])):
    host = dict((name.lower(), value) for name, value in case["headers"])["host"]
    request = AWSRequest(
        method=case["method"],
        url="https://" + host + case["path"],
        params=[tuple(pair) for pair in case["query"]],
        data=case["body"].encode(),
    )
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    moment = datetime.datetime.fromtimestamp(case["seconds"], datetime.timezone.utc)
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    request.context["timestamp"] = stamp
    request.headers["X-Amz-Date"] = stamp
    signer = SigV4Auth(
        Credentials(case["key"], case["secret"], case.get("token")), case["service"], case["region"]
    )
    if case.get("token"):
        request.headers["X-Amz-Security-Token"] = case["token"]
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    names = signer.signed_headers(signer.headers_to_sign(request))
    answers.append(
        {
            "canonical": canonical,
            "authorization": f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, "
            f"SignedHeaders={names}, Signature={signature}",
        }
    )
json.dump(answers, open(sys.argv[2], "w"))
