using System.Security.Cryptography;
using Ezw.Client;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Ezw.Identity.Tokens;
using Ezw.Tests.Support;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Tests.Identity;

public sealed class SigningKeysTests
{
    [Fact]
    public async Task Nodes_that_start_at_once_on_PostgreSQL_agree_on_one_key()
    {
        Prerequisite.Postgres();
        var postgres = await PostgresServer.SharedAsync();
        var settings = Options.Create(new StorageOptions { Database = await postgres.CreateDatabaseAsync() });
        await using var database = new Database(settings);
        await Migrator.MigrateAsync(database, TimeProvider.System, TestContext.Current.CancellationToken);

        var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => NewestOfANewNodeAsync(database)));

        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task Two_sets_of_keys_opened_at_once_on_SQLite_are_one_set()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.AlterAsync($"delete from signing_key");

        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => NewestOfANewNodeAsync(app.Part<Database>())));

        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task A_token_of_another_node_with_a_newer_key_is_believed()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var old = (await app.LoginAsync()).IdToken;
        app.Time.Advance(TimeSpan.FromMinutes(2));
        await app.AlterAsync($"update signing_key set created_at = {0L}");
        using var otherNode = new SigningKeys(app.Part<Database>(), app.Part<SecretBox>(), app.Time);
        await otherNode.LoadAsync(TestContext.Current.CancellationToken);
        using var issuer = new EmbeddedIssuer(otherNode, Options.Create(new Ezw.Identity.IdentityOptions()), app.Time);

        var now = app.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var token = await issuer.IssueAsync(app.Acme.OwnerId, IdentityApp.OwnerEmail, now, TestContext.Current.CancellationToken);

        Assert.NotEqual(new JsonWebToken(old).Kid, new JsonWebToken(token).Kid);
        Assert.Equal(200, await app.StatusOfMeAsync(token));
        Assert.Equal(200, await app.StatusOfMeAsync(old));
    }

    [Fact]
    public async Task A_key_serves_ninety_days_and_is_retired_a_day_after_its_successor_came()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var first = Assert.Single((await KeysAsync(app)).Keys);
        app.Time.Advance(TimeSpan.FromDays(90));
        var both = await KeysAsync(app);

        app.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        var after = await KeysAsync(app);

        Assert.Equal(2, both.Keys.Count);
        Assert.NotEqual(first.Kid, Assert.Single(after.Keys).Kid);
    }

    [Fact]
    public async Task JWT_04_a_flood_of_unknown_key_ids_reads_the_keys_once_an_interval()
    {
        var time = new FakeTimeProvider();
        var reads = 0;
        using var cache = new KeyCache(time, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), _ => Keys(++reads));
        for (var guess = 0; guess < 100; guess++)
            Assert.Null(await cache.FindAsync($"guess {guess}", TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromMinutes(5));

        Assert.NotNull(await cache.FindAsync("key 2", TestContext.Current.CancellationToken));

        Assert.Equal(2, reads);
    }

    [Fact]
    public async Task JWT_04_when_the_keys_cannot_be_read_known_ones_stay_and_unknown_ones_are_refused()
    {
        var time = new FakeTimeProvider();
        var reads = 0;
        using var cache = new KeyCache(time, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), _ => ++reads == 1 ? Keys(1) : Nothing());
        Assert.NotNull(await cache.FindAsync("key 1", TestContext.Current.CancellationToken));
        time.Advance(TimeSpan.FromHours(2));

        Assert.NotNull(await cache.FindAsync("key 1", TestContext.Current.CancellationToken));
        Assert.Null(await cache.FindAsync("key 2", TestContext.Current.CancellationToken));
        Assert.Equal(2, reads);
    }

    private static async Task<string> NewestOfANewNodeAsync(Database database)
    {
        using var keys = new SigningKeys(database, new SecretBox(new KeyRing(new byte[32])), TimeProvider.System);
        return (await keys.NewestAsync(CancellationToken.None)).Public.KeyId;
    }

    private static async Task<PublicKeySet> KeysAsync(IdentityApp app) =>
        await (await app.GetAsync("/.well-known/jwks.json")).ShouldBeAsync<PublicKeySet>(200);

    private static Task<IReadOnlyList<RsaSecurityKey>?> Keys(int number) =>
        Task.FromResult<IReadOnlyList<RsaSecurityKey>?>(
            [new(new RSAParameters { Modulus = new byte[256], Exponent = [1, 0, 1] }) { KeyId = $"key {number}" }]);

    private static Task<IReadOnlyList<RsaSecurityKey>?> Nothing() =>
        Task.FromResult<IReadOnlyList<RsaSecurityKey>?>(null);
}
