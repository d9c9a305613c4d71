using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Tests.Identity;

/// <summary>Takes a genuine token apart, changes it, and signs it again with the server's own key, so that one thing only is wrong.</summary>
internal sealed class ForgedToken(string genuine, RSAParameters key)
{
    private readonly string[] parts = genuine.Split('.');

    public string Head => parts[0];

    public string Body => parts[1];

    public string Signature => parts[2];

    public JsonObject Header() => Object(Head);

    public JsonObject Claims() => Object(Body);

    /// <summary>The genuine token with changed claims, properly signed. A null value removes the claim.</summary>
    public string WithClaims(params (string Name, JsonNode? Value)[] changes) => Sign(Head, Changed(Claims(), changes));

    public string WithHeader(params (string Name, JsonNode? Value)[] changes) => Sign(Changed(Header(), changes), Body);

    public string WithRawHeader(string json) => Sign(Encode(json), Body);

    public string WithRawClaims(string json) => Sign(Head, Encode(json));

    public string Sign(string head, string body) => $"{head}.{body}.{Base64Url.EncodeToString(Rsa(head, body, HashAlgorithmName.SHA256))}";

    /// <summary>Another RSA algorithm in the header and in the signature.</summary>
    public string SignedAs(string algorithm, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        var head = Changed(Header(), ("alg", algorithm));
        using var rsa = RSA.Create(key);
        return $"{head}.{Body}.{Base64Url.EncodeToString(rsa.SignData(Encoding.ASCII.GetBytes($"{head}.{Body}"), hash, padding))}";
    }

    /// <summary>The classic confusion: HS256 with something public as the secret.</summary>
    public string SignedWithSecret(byte[] secret)
    {
        var head = Changed(Header(), ("alg", "HS256"));
        return $"{head}.{Body}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{head}.{Body}")))}";
    }

    public byte[][] PublicSpellings()
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = key.Modulus, Exponent = key.Exponent });
        return
        [
            Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(rsa.ExportRSAPublicKeyPem()),
            rsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(Base64UrlEncoder.Encode(key.Modulus)), key.Modulus!,
        ];
    }

    public static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private byte[] Rsa(string head, string body, HashAlgorithmName hash)
    {
        using var rsa = RSA.Create(key);
        return rsa.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), hash, RSASignaturePadding.Pkcs1);
    }

    private static string Changed(JsonObject json, params (string Name, JsonNode? Value)[] changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is null)
                json.Remove(name);
            else
                json[name] = value.DeepClone();
        }
        return Encode(json.ToJsonString());
    }

    private static JsonObject Object(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
}
