using System.Security.Cryptography;
using Ezw.Foundation.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ezw.Foundation.Security;

/// <summary>
/// The keys that seal all others. Setting Ezw:MasterKey (32 bytes in base64 each, with commas between) for several nodes on one database;
/// else a file in the data folder, one key a line, made on first start and readable by its owner only. The first key seals.
/// </summary>
public static class MasterKey
{
    private const string Setting = "Ezw:MasterKey";

    /// <summary>Every slice that seals something asks for the one box.</summary>
    public static void AddMasterKey(this IServiceCollection services) => services.TryAddSingleton(all => Load(
        all.GetRequiredService<IConfiguration>(), all.GetRequiredService<IOptions<StorageOptions>>()));

    public static SecretBox Load(IConfiguration configuration, IOptions<StorageOptions> storage)
    {
        if (configuration[Setting] is { Length: > 0 } setting)
            return new SecretBox(Ring(setting.Split(','), Setting));
        var file = Path.Combine(DataFolder.Open(storage.Value.DataFolder), "master.key");
        if (!File.Exists(file))
            Create(file);
        return new SecretBox(Ring(File.ReadAllLines(file), file));
    }

    private static void Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyRing.KeyBytes)));
    }

    private static KeyRing Ring(IEnumerable<string> texts, string source)
    {
        var keys = texts.Select(text => text.Trim()).Where(text => text.Length > 0).Select(text => Decode(text, source)).ToList();
        try
        {
            return new KeyRing(keys);
        }
        catch (ArgumentException)
        {
            throw new InvalidOperationException($"{source} must hold 1 to {KeyRing.MaxKeys} different keys.");
        }
    }

    private static byte[] Decode(string text, string source)
    {
        var key = new byte[KeyRing.KeyBytes];
        if (!Convert.TryFromBase64String(text, key, out var written) || written != KeyRing.KeyBytes)
        {
            throw new InvalidOperationException(
                $"Each key in {source} must be {KeyRing.KeyBytes} bytes in base64 (make one: openssl rand -base64 32).");
        }
        return key;
    }
}
