"""Furnishes a fresh MiniStack: usage prepare.py ENDPOINT REGION ACCOUNT POLICY_FILE FOLDER PROCESS_ID.

Waits until it is ready, as long as PROCESS_ID lives.

An IAM user with exactly the shipped policy and an access key, the IoT policy that hubs get, a thing group. Writes
FOLDER/credentials (AWS form, mode 0600) and FOLDER/server-ca.pem; and the same for a station that has AWS sign, with the
policy beside the first: FOLDER/credentials-aws-issuer. Each of the two also for a station that may rework and scrap, which
has the policy for that beside its own: FOLDER/credentials-rework, FOLDER/credentials-aws-issuer-rework.
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request

import botocore.session

endpoint, region, account, policy_file, folder, server = sys.argv[1:7]
for attempt in range(300):
    try:
        urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5).close()
        break
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        os.kill(int(server), 0)
        time.sleep(0.1)
else:
    sys.exit("MiniStack is not ready after 30 seconds")
root = dict(
    endpoint_url=endpoint, region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
)
session = botocore.session.get_session()
iam = session.create_client("iam", **root)
iot = session.create_client("iot", **root)


def make_user(name, path, *policy_files):
    iam.create_user(UserName=name)
    for file in policy_files:
        document = open(file).read().replace("REGION", region).replace("ACCOUNT", account)
        json.loads(document)
        iam.put_user_policy(UserName=name, PolicyName=os.path.basename(file), PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(
            f"[default]\naws_access_key_id = {key['AccessKeyId']}\n"
            f"aws_secret_access_key = {key['SecretAccessKey']}\n"
        )


aws_issuer = policy_file.replace(".json", "-aws-issuer.json")
rework = policy_file.replace(".json", "-rework.json")
make_user("station", f"{folder}/credentials", policy_file)
make_user("station-rework", f"{folder}/credentials-rework", policy_file, rework)
make_user("station-aws-issuer", f"{folder}/credentials-aws-issuer", aws_issuer)
make_user("station-aws-issuer-rework", f"{folder}/credentials-aws-issuer-rework", aws_issuer, rework)

hub_policy = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "iot:Connect",
            "Resource": f"arn:aws:iot:{region}:{account}:client/${{iot:Connection.Thing.ThingName}}",
            "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}},
        },
        {
            "Effect": "Allow",
            "Action": ["iot:Publish", "iot:Receive"],
            "Resource": f"arn:aws:iot:{region}:{account}:topic/hubs/${{iot:Connection.Thing.ThingName}}/*",
        },
        {
            "Effect": "Allow",
            "Action": "iot:Subscribe",
            "Resource": f"arn:aws:iot:{region}:{account}:topicfilter/hubs/${{iot:Connection.Thing.ThingName}}/*",
        },
    ],
}
iot.create_policy(policyName="hub-policy", policyDocument=json.dumps(hub_policy))
iot.create_thing_group(thingGroupName="hubs")
iot.create_thing_group(thingGroupName="others")

with urllib.request.urlopen(f"{endpoint}/_ministack/iot/ca.pem") as answer:
    open(f"{folder}/server-ca.pem", "wb").write(answer.read())
