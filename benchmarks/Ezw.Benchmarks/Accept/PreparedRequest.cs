using System.Buffers.Text;
using System.Text;

namespace Ezw.Benchmarks.Accept;

/// <summary>
/// The bytes of one POST. Only the idempotency key and the recipient change from one to the next, and both have a fixed width, so that
/// a request costs the load generator two numbers and a copy.
/// </summary>
internal sealed class PreparedRequest
{
    private const int Recipients = 1_250;
    private const int KeyDigits = 10;
    private const int RecipientDigits = 7;
    private const string RecipientPrefix = "+97250";

    /// <summary>An ordinary message: about as long as people and shops write.</summary>
    public const string Body = "Your order 4711 is on its way and will reach you between 14:00 and 16:00. Reply STOP to hear no more.";

    private readonly byte[] bytes;
    private readonly int keyAt;
    private readonly int recipientAt;
    private long sent;

    /// <param name="run">Distinguishes the keys of this request from those of every other.</param>
    public PreparedRequest(string path, string token, Guid line, string run)
    {
        var key = new string('0', KeyDigits);
        var recipient = new string('0', RecipientDigits);
        var json = $$"""{"to":"{{RecipientPrefix}}{{recipient}}","body":"{{Body}}","line":"{{line}}"}""";
        var text = $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {run}-{key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}";
        bytes = Encoding.ASCII.GetBytes(text);
        keyAt = text.IndexOf($"{run}-{key}", StringComparison.Ordinal) + run.Length + 1;
        recipientAt = text.IndexOf(RecipientPrefix, StringComparison.Ordinal) + RecipientPrefix.Length;
    }

    public ReadOnlySpan<byte> Next()
    {
        Write(keyAt, KeyDigits, sent);
        Write(recipientAt, RecipientDigits, sent % Recipients);
        sent++;
        return bytes;
    }

    private void Write(int at, int digits, long number) =>
        Utf8Formatter.TryFormat(number, bytes.AsSpan(at, digits), out _, new System.Buffers.StandardFormat('D', (byte)digits));
}
