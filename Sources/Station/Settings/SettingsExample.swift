/// A complete settings file with a word on every key; `station settings example` prints it, and a test loads it.
enum SettingsExample {
  static let text = """
    # Settings of one station. Check them with:  station settings check FILE
    # Every value here is an example; none is built into the program.

    # This station's name, in every row of its record: 1 to 32 of A-Z a-z 0-9 . _ -
    station: line-1

    # The ledger: a SQLite file. Its folder must be on a local disk and belong to the station's user.
    ledger: /var/lib/station/ledger.sqlite

    # The vendor's UUID from which every hub's UUID is derived, together with model and serial. Never change it.
    hub-namespace: 3f0c8f5e-94d2-4f0b-9a53-0f6f4b1f6c11

    # The places of the bench, in its order. `path` is the socket's ID_PATH: leave it out and run
    # `station slots teach`, which writes it here. presence: usb (the hub brings its USB device along) or line (the
    # adapter stays in the bench). model: only hubs of that model belong here; left out, any.
    slots:
      - name: A1
        path: pci-0000:00:14.0-usb-0:1.1:1.0
        presence: usb
      - name: A2
        path: pci-0000:00:14.0-usb-0:1.2:1.0
        presence: line
        model: HUB-2
      - name: A3
        presence: usb

    # What is made here.
    models:
      - id: HUB-2
        # The names by which hubs introduce themselves; left out: the id.
        reported-names: [HUB-2, hub2-evt]
        # The maker as the vendor's cloud shall show it; no spaces.
        vendor-name: Example
        serial:
          # A regular expression for the whole serial.
          pattern: "SPK[0-9]{8}"
          # Whether abc is made ABC first.
          upper-case: true
        # Whether every hub must tell its MAC address.
        mac-required: true
        # Where a hub's UUID comes from: derived (from hub-namespace, model and serial), reported (by the profile's
        # command hub-id) or listed (a file with serial,hubId on each line). Left out: derived.
        hub-id: listed
        hub-id-list: /etc/station/hub-ids.csv
        # Where the private key is made: hub (it never leaves it) or station.
        key: hub
        # The console profile: how one talks to this hub: linux-shell, or one of `profiles` below.
        profile: hub-2
        baud: 115200
        # What a finished hub holds: plain, greengrass-v2, or one of `layouts` below.
        layout: greengrass-v2
        # The network, one of `cloud.networks`, that every hub is told over its serial line before it is checked; the
        # profile's command set-wifi-credentials takes it. Left out: hubs are told none.
        network: showroom
        # Functional checks; limits are inclusive. The profile knows the command of each name.
        checks:
          - name: temperature
            unit: C
            low: 5
            high: 60
          - name: radio
            expected: ok
        # What a finished hub is asked through the cloud, once it is registered: `online` (the vendor's status) or a
        # command of the hub. within: how long it may take to answer. values: what its answer must hold.
        cloud-checks:
          - command: online
          - command: server_info
            within: 30s
            values:
              - name: schema
                path: schema_version
                low: 9
          - command: get_nodes
            within: 30s
            values:
              - name: nodes
                expected: "[]"

    # Console profiles of your own: each is the shipped linux-shell with some keys changed. Commands run in the hub's
    # shell; {root} {identity} {key} {certificate} and other places are filled in, quoted. `none`: the hub has no such
    # thing. Keys: root identity folder-mode key certificate logs-out requires preparation finish farewell; serial
    # model mac hub-id firmware held-certificate; prepare-staged sink sync drop-caches digest activate discard
    # discard-but-key sweep; make-key request possession; set-wifi-credentials; checks login limits.
    profiles:
      - name: hub-2
        identity: /var/lib/hub/identity
        serial: cat /sys/firmware/devicetree/base/serial-number
        mac: cat /sys/class/net/eth0/address
        login:
          user: root
          # Where the password is read from: file (mode 0600) or command. Left out: the console asks for none.
          password:
            file: /etc/station/console-password
        limits:
          boot: 2m
          command: 15s
        # Reads two lines, SSID and passphrase, and keeps them where the hub looks. What it prints is thrown away.
        set-wifi-credentials: >-
          umask 077; { IFS= read -r s; wpa_passphrase "$s"; } >/etc/wpa_supplicant/new.conf &&
          mv /etc/wpa_supplicant/new.conf /etc/wpa_supplicant/wpa_supplicant-wlan0.conf && wpa_cli reconfigure
        checks:
          temperature: cut -c1-2 /sys/class/thermal/thermal_zone0/temp
          radio: test -c /dev/ttyRADIO && echo ok
        finish:
          - rm -f ~/.ash_history
        farewell: poweroff

    # Layouts of your own. content: private-key, certificate, chain, trust-roots or template, in which
    # {{thingName}} {{dataEndpoint}} {{credentialEndpoint}} {{roleAlias}} {{region}} {{serial}} {{model}} {{hubId}}
    # and {{identityFolder}} are filled in. Key and certificate must be where the model's profile looks for them: for
    # this one the profile says `key: keys/private.key` and `certificate: keys/certificate.pem`.
    layouts:
      - name: bridge
        files:
          - path: keys/private.key
            mode: 0600
            owner: hub:hub
            content: private-key
          - path: keys/certificate.pem
            mode: 0644
            content: certificate
          - path: bridge.json
            mode: 0644
            content: template
            template: |
              {"thing": "{{thingName}}", "endpoint": "{{dataEndpoint}}"}

    # Who signs the hubs' requests: the factory's issuing CA (`station ca init` makes one), as here; or AWS IoT itself,
    # with the one line `issuer: aws`. With AWS a hub needs the network before it can be finished, and the station
    # needs the wider IAM policy (Packaging/aws/station-policy-aws-issuer.json).
    issuer:
      certificate: /etc/station/issuing-ca.pem
      # An OSSL_STORE URI: a file, a TPM handle, a PKCS#11 token.
      key: file:/etc/station/issuing-ca.key
      # Where the passphrase is read from: file (mode 0600) or credential (systemd).
      passphrase:
        credential: ca-passphrase
      # The end of what it issues, or the CA's own end if that is earlier. Left out: 2049-12-31T23:59:59Z.
      not-after: 2049-12-31T23:59:59Z

    # Issuing CAs of other stations and earlier ones: their certificates on a hub are believed.
    trusted-authorities:
      - /etc/station/earlier-ca.pem

    # The roots that a hub trusts: amazon (Root CA 1 and 3 of Debian's ca-certificates, pinned) or PEM files.
    trust-roots: [amazon]

    cloud:
      aws:
        region: eu-central-1
        account: "123456789012"
        # Only for a VPC endpoint or a test; left out: https://iot.REGION.amazonaws.com
        # endpoint: https://vpce-0123456789abcdef0.iot.eu-central-1.vpce.amazonaws.com
        # Asked from AWS once and kept when left out; with it the first hub can be made without a network.
        data-endpoint: a1b2c3d4e5f6g7-ats.iot.eu-central-1.amazonaws.com
        credential-endpoint: c1b2c3d4e5f6g7.credentials.iot.eu-central-1.amazonaws.com
        role-alias: hub-role-alias
        thing-type: Hub
        # How a hub gets its policy: certificate (policy-name is the policy) or thing-group (it is the group).
        policy-via: certificate
        policy-name: hub
        # A profile of the AWS files; left out: environment first, then `default`.
        profile: station
      vendor:
        base-url: https://api.example.com
        # api-key, bearer or both; each is read from a file (mode 0600) or from a command's first line.
        authentication: api-key
        api-key:
          file: /etc/station/api-key
        # The key's own organisation, with which a claim is compared; claiming needs it.
        org-id: org-1a2b3c4d
        # In whose name hubs are suspended at the vendor's when they are scrapped or recalled. Left out: the vendor is
        # not told, and only the certificate is revoked.
        user-id: factory-line-1
      network:
        # Left out: direct.
        proxy: http://proxy.factory.example:3128
        no-proxy: [localhost, .factory.example, 10.0.0.0/8]
        # PEM file with the CAs to trust instead of the system's.
        ca-bundle: /etc/ssl/certs/ca-certificates.crt
        connect-timeout: 10s
        request-timeout: 30s
      # For each operation; some may be given a rate of their own.
      calls-per-second: 10
      calls-per-second-by-kind:
        provision-hub: 5
      # When a unit is scrapped or recalled, the vendor is asked to suspend it; its certificate is revoked after that,
      # and this long after the decision whatever the answer is. Left out: 60m.
      revoke-within: 60m
      # Where hubs answer what they are asked through the cloud: the name of their device shadow (left out: the one
      # without a name), and the place below `reported`; left out: response.
      shadow:
        name: matter-bridge
        path: response
      # Networks that hubs may be told to join: over the serial line (`network` of a model), or through the cloud
      # (`station hub command ... --network NAME`), where the passphrase stays readable in the hub's shadow. It is read
      # from its source whenever it is sent: 8 to 64 printable characters.
      networks:
        - name: showroom
          ssid: Showroom
          passphrase:
            file: /etc/station/showroom-passphrase

    # The second copy of the record: folder (another disk, NFS, a stick) or url (https).
    record:
      folder: /mnt/record/line-1

    # Verified backups of the ledger while the station runs; better on another disk. every: from one to the next, 1m to
    # 7d; left out: 4h. keep: so many automatic ones stay, older ones are deleted; left out: 30. The folder is never made:
    # where it is missing, a disk is not mounted.
    backup:
      folder: /mnt/backup/line-1
      every: 4h
      keep: 30

    # When the shifts end, by the machine's local time: the record is sealed then. Left out: no shifts.
    shift-ends: ["06:00", "14:00", "22:00"]

    # The seal over the record (`station seal`). key: the station's signing key, made at the first start, mode 0600; left
    # out: beside the ledger. every: rows from one seal to the next at most; left out: 1000.
    seal:
      # key: /var/lib/station/seal-key.pem
      every: 1000

    # Profiles of exports beside the shipped csv, excel, jsonl, aws-bulk, mac-list, certificates, wats and cfx. columns:
    # batch vendor model serial hub-id mac thing certificate-id certificate-pem firmware registration disposition passed-at
    # first-seen-at attempts slot operator schema lock-count lock-ids lock-serials locks; `serial=Serial No.` gives a
    # column another title. form: table, lines (JSON), wats or cfx. mac: by the look of two octets. {batch} {revision}
    # {profile} {part} are filled in; for wats {serial} and {attempt} too.
    exports:
      - name: vendor
        form: table
        columns: [serial=Serial No., mac=MAC, certificate-id]
        header: true
        delimiter: ";"
        newline: crlf
        quoting: minimal
        formula: refuse
        byte-order-mark: false
        mac: AA-BB
        rows-per-file: 1000
        file-name: "{batch}-r{revision}-{part}.csv"
      # A WATS server knows its test operations by number; left out: 10. revision: of the part; left out: the hub's
      # firmware. location: left out: the vendor of the batch.
      - name: our-wats
        form: wats
        columns: [hub-id=Hub, mac=MAC, certificate-id, registration]
        wats:
          process-code: 500
          purpose: Production
          location: Hall 2
          revision: B
        file-name: "{serial}-{attempt}.json"

    log:
      # debug, info, notice, warning or error
      level: notice
      # Left out: standard error.
      file: /var/log/station/station.log

    """
}
