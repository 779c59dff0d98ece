#!/usr/bin/env bash
# The comparator of CertForge's figure: key, CSR and leaf with the openssl command, units per second.
set -euo pipefail
count=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 3650 2>/dev/null
printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n' >leaf.ext
start=$(date +%s.%N)
for ((unit = 0; unit < count; unit++)); do
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out request.pem -subj "/CN=$unit/serialNumber=$unit" 2>/dev/null
  openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -days 3650 -extfile leaf.ext -out leaf.pem 2>/dev/null
done
end=$(date +%s.%N)
awk -v count="$count" -v start="$start" -v end="$end" 'BEGIN { printf "%.0f\n", count / (end - start) }'
