using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>
/// How connections to customers' addresses are made. Everything that would act on its own is off. Connections to one host are not counted
/// here: tenants share hosts, and whoever calls bounds what each of them may have under way.
/// </summary>
internal static class GuardedHandler
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>An open connection is not checked again; this bounds how long an earlier check counts.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromSeconds(60);

    private const int MaxResponseHeadersKiB = 32;

    public static SocketsHttpHandler Create(TargetConnector connector) => new()
    {
        // A proxy of the environment would connect for us, unchecked.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        // Or everybody would wait for the few streams that a host allows on one connection.
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = MaxResponseHeadersKiB,
        // What we did not want to read is not read to save a connection, either.
        MaxResponseDrainSize = 0,
        // Our trace ids are nobody's business.
        ActivityHeadersPropagator = null,
        // Browsers accept raw UTF-8 here, so servers send it.
        ResponseHeaderEncodingSelector = (name, _) => name is "Location" or "Content-Disposition" ? Encoding.UTF8 : null,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Chain() },
        ConnectCallback = connector.ConnectAsync,
    };

    // A certificate names places to fetch missing issuers and revocation lists from, and they would be fetched around this guard.
    private static X509ChainPolicy Chain() => new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
}
