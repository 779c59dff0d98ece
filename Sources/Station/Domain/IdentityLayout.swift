/// What a finished hub holds, as data of its model.
struct IdentityLayout: Hashable, Sendable {
  var name: String
  var files: [DeliveredFile]

  /// Key, certificate, roots and the endpoints as JSON: for a hub with software of its own.
  static let plain = IdentityLayout(
    name: "plain",
    files: [
      DeliveredFile(path: "private.key", mode: 0o600, content: .privateKey),
      DeliveredFile(path: "certificate.pem", mode: 0o644, content: .certificate),
      DeliveredFile(path: "chain.pem", mode: 0o644, content: .certificateChain),
      DeliveredFile(path: "roots.pem", mode: 0o644, content: .trustRoots),
      DeliveredFile(
        path: "identity.json", mode: 0o644,
        content: .template(
          """
          {"hubId":"{{hubId}}","thingName":"{{thingName}}","dataEndpoint":"{{dataEndpoint}}","region":"{{region}}"}

          """)),
    ])

  /// The files and the configuration that an AWS IoT Greengrass v2 nucleus starts from.
  static let greengrass = IdentityLayout(
    name: "greengrass-v2",
    files: [
      DeliveredFile(path: "private.key", mode: 0o600, content: .privateKey),
      DeliveredFile(path: "certificate.pem", mode: 0o644, content: .certificate),
      DeliveredFile(path: "roots.pem", mode: 0o644, content: .trustRoots),
      DeliveredFile(
        path: "config.yaml", mode: 0o644,
        content: .template(
          """
          ---
          system:
            certificateFilePath: "{{identityFolder}}/certificate.pem"
            privateKeyPath: "{{identityFolder}}/private.key"
            rootCaPath: "{{identityFolder}}/roots.pem"
            rootpath: "/greengrass/v2"
            thingName: "{{thingName}}"
          services:
            aws.greengrass.Nucleus:
              componentType: "NUCLEUS"
              configuration:
                awsRegion: "{{region}}"
                iotRoleAlias: "{{roleAlias}}"
                iotDataEndpoint: "{{dataEndpoint}}"
                iotCredEndpoint: "{{credentialEndpoint}}"

          """)),
    ])

  static let shipped = [plain, greengrass]
}
