using System.Security.Cryptography;
using System.Text;
using Ezw.Providers;

namespace Ezw.Tests.Contracts;

/// <summary>Files that a line sends.</summary>
public abstract partial class ProviderContract
{
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_of_every_kind_arrives_as_it_was_sent(MediaKind kind)
    {
        await using var world = BuildFor(ProviderContractClaims.OutboundMedia);
        await using var line = await PairAsync(world);
        var bytes = Encoding.UTF8.GetBytes($"the bytes of a {kind}");
        var file = FileOf(kind, bytes, "application/pdf", "מחירון 2026.pdf", "המחירון 📎");

        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", ChatWith(Ana), file));

        var (_, seen, caption) = world.Carried(new SeenContent.Media(
            kind, new MediaSeen(new MediaPointer(""), "application/pdf", "מחירון 2026.pdf", bytes.Length), "המחירון 📎"));
        Assert.Equal(
            new ShownFile(kind, "application/pdf", seen.FileName, caption, bytes.Length, HashOf(bytes)),
            Assert.Single(await world.ShownFilesAsync(Ana)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024 * 1024)]
    [InlineData(16 * 1024 * 1024)]
    public async Task A_file_of_any_size_arrives_whole_and_without_a_caption(int size)
    {
        await using var world = BuildFor(ProviderContractClaims.OutboundMedia);
        await using var line = await PairAsync(world);
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);

        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", ChatWith(Ana), FileOf(MediaKind.Image, bytes, "image/png")));

        Assert.Equal(
            new ShownFile(MediaKind.Image, "image/png", null, null, size, HashOf(bytes)), Assert.Single(await world.ShownFilesAsync(Ana)));
    }

    [Fact]
    public async Task A_file_whose_confirmation_got_lost_is_one_message_after_the_retry()
    {
        await using var world = BuildFor(ProviderContractClaims.OutboundMedia);
        await using var line = await PairAsync(world);
        var file = FileOf(MediaKind.Document, LargeFile(), "application/pdf");

        await world.LoseAcksAsync(true);
        Assert.True(Assert.IsType<SendResult.Ambiguous>(await line.SendAsync("A1", ChatWith(Ana), file)).SafeToRetrySameId);
        await world.LoseAcksAsync(false);
        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", ChatWith(Ana), file, attempt: 2));

        Assert.Equal(HashOf(LargeFile()), Assert.Single(await world.ShownFilesAsync(Ana)).Sha256);
        Assert.Equal(2, await world.ArrivalsAsync("A1"));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_sends_nothing_and_begins_again_from_the_start()
    {
        await using var world = BuildFor(ProviderContractClaims.OutboundMedia);
        await using var line = await PairAsync(world);
        var file = FileOf(MediaKind.Video, LargeFile(), "video/mp4");

        await world.LoseUploadsAsync(true);
        var refused = Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1", ChatWith(Ana), file));
        Assert.Equal(ErrorClass.Transient, refused.Error.Class);
        Assert.Empty(await world.ShownFilesAsync(Ana));
        await world.LoseUploadsAsync(false);

        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", ChatWith(Ana), file, attempt: 2));
        Assert.Equal(HashOf(LargeFile()), Assert.Single(await world.ShownFilesAsync(Ana)).Sha256);
    }

    [Fact]
    public async Task A_file_that_WhatsApp_does_not_take_is_refused_for_good_and_texts_still_go()
    {
        await using var world = BuildFor(ProviderContractClaims.OutboundMedia);
        await using var line = await PairAsync(world);
        await world.RejectMediaAsync();

        var refused = Assert.IsType<SendResult.Rejected>(
            await line.SendAsync("A1", ChatWith(Ana), FileOf(MediaKind.Sticker, [1, 2, 3], "image/webp")));

        Assert.Equal(ErrorClass.MediaInvalid, refused.Error.Class);
        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A2", Ana, "then in words"));
        Assert.Empty(await world.ShownFilesAsync(Ana));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_above_the_claimed_limit_is_not_even_opened(MediaKind kind)
    {
        await using var world = BuildFor(ProviderContractClaims.OutboundMedia);
        await using var line = await PairAsync(world);
        var limit = Assert.IsType<MediaLimits>(world.Provider.Capabilities.Media).Of(kind);
        var file = new OutboundContent.Media(
            kind, "application/pdf", null, limit + 1, null, _ => throw new InvalidOperationException("Nobody needs these bytes."));

        var refused = Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1", ChatWith(Ana), file));

        Assert.Equal(ErrorClass.MediaInvalid, refused.Error.Class);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_file_of_another_size_than_said_is_not_sent(int difference)
    {
        await using var world = BuildFor(ProviderContractClaims.OutboundMedia);
        await using var line = await PairAsync(world);
        var file = FileOf(MediaKind.Image, [1, 2, 3], "image/png");

        Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1", ChatWith(Ana), file with { SizeBytes = 3 + difference }));

        Assert.Empty(await world.ShownFilesAsync(Ana));
    }

    private static ChatAddress ChatWith(string phoneNumber) => new(phoneNumber, null);

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static OutboundContent.Media FileOf(
        MediaKind kind, byte[] bytes, string mimeType, string? fileName = null, string? caption = null) => new(
        kind, mimeType, fileName, bytes.Length, caption, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)));
}
