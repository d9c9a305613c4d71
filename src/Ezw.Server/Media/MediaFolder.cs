using System.Runtime.InteropServices;
using System.Text;
using Ezw.Foundation.Storage;
using Microsoft.Extensions.Options;

namespace Ezw.Media;

/// <summary>The folder of the files, readable by its owner only, and what makes a file's name in it survive power loss.</summary>
internal sealed class MediaFolder(IOptions<MediaOptions> options, IOptions<StorageOptions> storage)
{
    private readonly string root = Path.GetFullPath(
        options.Value.Folder is { Length: > 0 } folder ? folder : Path.Combine(storage.Value.DataFolder, "media"));

    public string PathOf(string key) => Path.Combine(root, "files", key);

    /// <summary>Where files are received. On the same disk as the others, so that a file is moved into place in one step.</summary>
    public string Incoming()
    {
        DataFolder.Open(root);
        return DataFolder.Open(Path.Combine(root, "incoming"));
    }

    /// <summary>Moves a file that is on the disk already under its name, and puts the name on the disk too.</summary>
    public void Place(string from, string key)
    {
        var to = PathOf(key);
        var folder = Path.GetDirectoryName(to)!;
        DataFolder.Open(folder);
        File.Move(from, to, overwrite: true);
        // A new folder is a name in its parent: each up to the root is written.
        for (var each = folder; each.Length >= root.Length; each = Path.GetDirectoryName(each)!)
            Synchronize(each);
    }

    // .NET opens no folder, and without this the file is on the disk while its name may not be.
    private static void Synchronize(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Posix.Open(Encoding.UTF8.GetBytes(folder + '\0'), flags: 0);
        if (descriptor < 0)
            throw new IOException($"The folder '{folder}' cannot be opened.");
        var result = Posix.Synchronize(descriptor);
        _ = Posix.Close(descriptor);
        if (result < 0)
            throw new IOException($"The folder '{folder}' cannot be written to the disk.");
    }

    private static class Posix
    {
        [DllImport("libc", EntryPoint = "open")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        public static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "fsync")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        public static extern int Synchronize(int descriptor);

        [DllImport("libc", EntryPoint = "close")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        public static extern int Close(int descriptor);
    }
}
