using System.Net;
using System.Net.Http.Headers;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>JSON bytes as they are, which also tells when they go out.</summary>
internal sealed class TimedJson : HttpContent
{
    private readonly ReadOnlyMemory<byte> json;
    private readonly ExchangeClock clock;

    public TimedJson(ReadOnlyMemory<byte> json, ExchangeClock clock)
    {
        (this.json, this.clock) = (json, clock);
        Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        clock.RequestBegins();
        await stream.WriteAsync(json, cancellationToken);
        clock.RequestEnds();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = json.Length;
        return true;
    }
}
