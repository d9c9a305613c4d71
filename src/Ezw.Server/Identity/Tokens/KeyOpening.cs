using Microsoft.Extensions.Options;

namespace Ezw.Identity.Tokens;

/// <summary>Makes or opens the signing keys at start, so that a wrong master key stops the server and not the first login.</summary>
internal sealed class KeyOpening(SigningKeys keys, IOptions<IdentityOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Cognito is null)
            await keys.LoadAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
