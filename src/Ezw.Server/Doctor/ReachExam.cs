using System.Net.Sockets;
using System.Security.Authentication;
using Ezw.Foundation.Storage;
using Ezw.Providers.LinkedDevice;

namespace Ezw.Doctor;

/// <summary>Whether WhatsApp can be reached from here, and what time it is there.</summary>
internal static class ReachExam
{
    private const string What = "WhatsApp";
    private const string WhatsApp = "https://web.whatsapp.com/";
    private const long MostDriftMs = 30_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Finding>> ExamineAsync(LinkedDeviceOptions options, TimeProvider time)
    {
        var address = AddressOf(options);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = Limit };
        using var http = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Head, address);
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            // Any answer is one.
            using var answer = await http.SendAsync(request, limit.Token);
            var drift = answer.Headers.Date is { } theirs ? theirs.ToUnixTimeMilliseconds() - time.NowMs() : 0;
            return [Finding.Good(What, $"{address.Host} answers."), .. OfClock(drift)];
        }
        catch (HttpRequestException refused) when (refused.InnerException is AuthenticationException)
        {
            return [Finding.Bad(
                What, $"{address.Host} answers with a certificate that is not trusted.",
                "Something in between reads along: go around that proxy.")];
        }
        catch (Exception away) when (away is HttpRequestException or SocketException or OperationCanceledException)
        {
            return [Finding.Bad(
                What, $"{address.Host} cannot be reached from here.",
                "Allow outgoing connections to *.whatsapp.com and *.whatsapp.net, port 443.")];
        }
    }

    private static Uri AddressOf(LinkedDeviceOptions options)
    {
        if (options.WebSocketUrl.Length == 0 || !Uri.TryCreate(options.WebSocketUrl, UriKind.Absolute, out var set))
            return new Uri(WhatsApp);
        return new UriBuilder(set) { Scheme = set.Scheme == "ws" ? "http" : "https", Path = "/" }.Uri;
    }

    private static IEnumerable<Finding> OfClock(long drift)
    {
        if (Math.Abs(drift) > MostDriftMs)
            yield return Finding.Doubtful("Clock", $"It is {drift / 1000} s from WhatsApp's.", "Let this machine keep time by NTP.");
    }
}
