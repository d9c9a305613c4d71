namespace Ezw.Foundation.Storage;

/// <summary>The folder of one server: database file, master key, media. Nobody but its owner reads it.</summary>
internal static class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string Open(string path)
    {
        var folder = Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly);
        return folder;
    }

    /// <summary>Two servers on one SQLite file would each believe they own every line; the second one is refused.</summary>
    public static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, "server.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException(
                $"Another server is running on the data folder '{folder}'. Stop it, give this one its own Ezw:DataFolder, "
                + "or let both share a PostgreSQL database (Ezw:Database).");
        }
    }
}
