using Ezw.Identity.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Tests.Identity;

/// <summary>One server with an owner and a genuine token, for tests that only read.</summary>
public sealed class TokenServer : IAsyncLifetime
{
    public IdentityApp App { get; private set; } = null!;

    internal ForgedToken Forge { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await IdentityApp.StartWithOwnerAsync();
        var key = await App.Part<SigningKeys>().NewestAsync(CancellationToken.None);
        Forge = new ForgedToken((await App.LoginAsync()).IdToken, ((RsaSecurityKey)key.Credentials.Key).Parameters);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
