using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Microsoft.Extensions.Options;

namespace Ezw.Doctor;

/// <summary>The data folder and the master key, which a fresh installation does not have yet.</summary>
internal static class FolderExam
{
    private const string Folder = "Data folder";
    private const string Key = "Master key";
    private const long LittleRoom = 1024L * 1024 * 1024;

    public static IEnumerable<Finding> Examine(StorageOptions storage, IConfiguration configuration)
    {
        var folder = Path.GetFullPath(storage.DataFolder);
        if (!Directory.Exists(folder))
        {
            yield return Finding.Good(Folder, $"{folder} is not there yet; the first start makes it.");
            yield break;
        }
        yield return OfFolder(folder);
        yield return OfKey(folder, storage, configuration);
    }

    public static bool CanWrite(string folder)
    {
        var trial = Path.Combine(folder, "doctor.tmp");
        try
        {
            File.WriteAllText(trial, "");
            File.Delete(trial);
            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static Finding OfFolder(string folder)
    {
        if (!CanWrite(folder))
            return Finding.Bad(
                Folder, $"Nothing can be written in {folder}.", "Give the server's user the rights, and the disk some room.");
        var room = new DriveInfo(folder).AvailableFreeSpace;
        return room < LittleRoom
            ? Finding.Doubtful(Folder, $"{folder} can be written, but only {room / 1024 / 1024} MiB are left.", "Make room on this disk.")
            : Finding.Good(Folder, $"{folder} can be written; {room / LittleRoom} GiB are left.");
    }

    private static Finding OfKey(string folder, StorageOptions storage, IConfiguration configuration)
    {
        var (set, file) = (configuration["Ezw:MasterKey"] is { Length: > 0 }, Path.Combine(folder, "master.key"));
        if (!set && !File.Exists(file))
            return Finding.Good(Key, "There is none yet; the first start makes one. Keep a copy: nothing that is sealed opens without it.");
        try
        {
            MasterKey.Load(configuration, Options.Create(storage));
        }
        catch (Exception unreadable) when (unreadable is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return Finding.Bad(Key, unreadable.Message, "Bring it back from your copy; a new one opens nothing that is there.");
        }
        if (set)
            return Finding.Good(Key, "It stands in the settings.");
        return storage.Database.Length > 0
            ? Finding.Doubtful(
                Key, "It is a file of this machine, while the database may have several nodes.", "Set Ezw:MasterKey alike on all of them.")
            : Finding.Good(Key, "It is in the data folder; back it up with the database.");
    }
}
