using Ezw.Media;

namespace Ezw.Tests.Media;

/// <summary>What only a folder does.</summary>
public sealed class FolderTests
{
    private static readonly Guid Acme = Guid.CreateVersion7();

    [Fact]
    public async Task Nobody_but_the_owner_reads_files_and_folders()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other rights.");
        await using var app = await MediaApp.StartAsync(StoreKind.Folder);
        await app.KeepAsync(Acme, [1, 2, 3]);
        var root = new DirectoryInfo(Path.Combine(app.Folder, "media"));

        const UnixFileMode others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var entry in root.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Append(root))
            Assert.True((entry.UnixFileMode & others) == 0, entry.FullName);
        var file = Assert.Single(root.EnumerateFiles("*", SearchOption.AllDirectories));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
    }

    [Fact]
    public async Task A_file_is_under_its_organization_and_its_content()
    {
        await using var app = await MediaApp.StartAsync(StoreKind.Folder);
        var hash = await app.KeepAsync(Acme, [1, 2, 3]);

        Assert.True(File.Exists(Path.Combine(app.Folder, "media", "files", $"{Acme}", hash.Hex[..2], hash.Hex)));
    }

    [Fact]
    public async Task What_a_crash_left_is_removed_by_a_later_start()
    {
        await using var app = await MediaApp.StartAsync(StoreKind.Folder);
        await app.KeepAsync(Acme, [1]);
        var (old, fresh) = (Path.Combine(app.Folder, "media", "incoming", "old"), Path.Combine(app.Folder, "media", "incoming", "fresh"));
        await File.WriteAllTextAsync(old, "x", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(fresh, "x", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));

        await using var next = await MediaApp.StartAsync(app.Folder, null);
        await next.KeepAsync(Acme, [2]);

        Assert.Equal([fresh], KeepingFilesTests.Leftovers(app));
    }

    [Fact]
    public async Task A_full_disk_is_told_from_a_bug()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "This system has no device that is always full.");
        await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        var failure = await Assert.ThrowsAnyAsync<IOException>(
            async () => await full.WriteAsync(new byte[1], TestContext.Current.CancellationToken));

        Assert.True(MediaFault.IsOfDisk(failure));
        Assert.Equal("The disk of the media folder is full.", MediaFault.ReasonOf(failure));
        Assert.False(MediaFault.IsOfDisk(new InvalidOperationException()));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_an_unavailable_store()
    {
        await using var app = await MediaApp.StartAsync(StoreKind.Folder);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "media"), "in the way", TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream([1]);

        Assert.IsType<StoreOutcome.StoreUnavailable>(await app.Intake.PutAsync(Acme, bytes, 10, CancellationToken.None));
        Assert.IsNotType<OpenOutcome.Opened>(await app.Store.OpenAsync(Acme, MediaHash.Of(new byte[32]), CancellationToken.None));

        File.Delete(Path.Combine(app.Folder, "media"));
        Assert.Equal([1], await app.ReadAsync(Acme, await app.KeepAsync(Acme, [1])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789")]
    [InlineData("../../../../../../../../../../../../../../../../../../etc/passwd")]
    public void A_name_that_is_no_hash_names_nothing(string name) => Assert.Null(MediaHash.Parse(name));
}
