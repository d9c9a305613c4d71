using System.Security.Cryptography;
using Ezw.Client;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Identity.Tokens;

/// <summary>A stored key: its id, the sealed PKCS#8 bytes, and its life in epoch-milliseconds.</summary>
internal sealed record SigningKeyRow(string Id, byte[] PrivateKey, long CreatedAt, long? RetiredAt);

/// <summary>An opened key of the embedded directory.</summary>
internal sealed class SigningKey(string id, RSAParameters parameters)
{
    // From parameters, not from an RSA object: the library then pools its own instances, and none is shared between threads.
    public SigningCredentials Credentials { get; } = new(new RsaSecurityKey(parameters) { KeyId = id }, SecurityAlgorithms.RsaSha256);

    public RsaSecurityKey Public { get; } =
        new(new RSAParameters { Modulus = parameters.Modulus, Exponent = parameters.Exponent }) { KeyId = id };

    public PublicKey ToWire() => new(
        "RSA", "sig", SecurityAlgorithms.RsaSha256, id,
        Base64UrlEncoder.Encode(parameters.Modulus!), Base64UrlEncoder.Encode(parameters.Exponent!));
}
