using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Ezw.Identity.Setup;

/// <summary>Where the setup link is shown: the console, not the log, because logs are kept and shipped elsewhere.</summary>
internal sealed record SetupConsole(TextWriter Out);

/// <summary>
/// On a server without any user, makes a one-time link with which the first owner is created, and shows it once the server listens.
/// Only its hash is stored. Each start makes a new link and voids the older ones. There is no password to ship.
/// </summary>
internal sealed class SetupLink(
    Database database, IServer server, SetupConsole console, IOptions<IdentityOptions> options, TimeProvider time) : IHostedLifecycleService
{
    private const int TokenBytes = 32;
    private const string DefaultAddress = "http://127.0.0.1:3010";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Cognito is not null)
            return;
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var expiresAt = (time.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds();
        var made = await database.WriteAsync(async db =>
        {
            if (await AccountStore.AnyAsync(db, cancellationToken))
                return false;
            await SetupLinkStore.ReplaceAsync(db, HashOf(token), expiresAt, cancellationToken);
            return true;
        }, cancellationToken);
        if (made)
            await console.Out.WriteLineAsync($"Create the first owner within 24 hours: {Address()}/setup?token={token}");
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Address()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? DefaultAddress;
        // "Any address" is where a server listens, not where a browser can go.
        return address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
            .TrimEnd('/');
    }
}
