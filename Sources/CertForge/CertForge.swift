/// Keys, requests, certificates, digests.
public enum CertForge {}
