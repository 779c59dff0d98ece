"""A real Matter server (python-matter-server, the one that hubs run) on the other end of standard input and output.

Each line of standard input is a command, {"command": ..., "args": {...}}; each line of standard output is the server's
whole answer, after one line {"ready": true}. Run it by `run`, in a network of its own that has nothing but loopback.
"""

import asyncio
import json
import sys
import tempfile

import aiohttp

PORT = 45580


async def connect(session):
    for _ in range(300):
        try:
            return await session.ws_connect(f"http://127.0.0.1:{PORT}/ws", max_msg_size=0)
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
    raise SystemExit("the Matter server does not come up")


async def serve(folder):
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "matter_server.server", "--port", str(PORT), "--listen-address", "127.0.0.1",
        "--storage-path", f"{folder}/store", "--paa-root-cert-dir", f"{folder}/paa", "--ota-provider-dir",
        f"{folder}/ota", stdout=asyncio.subprocess.DEVNULL, stderr=sys.stderr)
    try:
        async with aiohttp.ClientSession() as session, await connect(session) as socket:
            await socket.receive()  # The server's greeting: who it is.
            print(json.dumps({"ready": True}), flush=True)
            while line := await asyncio.to_thread(sys.stdin.readline):
                asked = json.loads(line)
                await socket.send_json(
                    {"message_id": "1", "command": asked["command"], "args": asked.get("args") or {}})
                answer = json.loads((await socket.receive()).data)
                while "event" in answer:
                    answer = json.loads((await socket.receive()).data)
                print(json.dumps(answer), flush=True)
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()


with tempfile.TemporaryDirectory() as place:
    asyncio.run(serve(place))
