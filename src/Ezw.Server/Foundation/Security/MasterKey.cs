using System.Security.Cryptography;
using Ezw.Foundation.Storage;
using Microsoft.Extensions.Options;

namespace Ezw.Foundation.Security;

/// <summary>
/// The key that seals all others. Setting Ezw:MasterKey (32 bytes, base64) for several nodes on one database; else a file in the data
/// folder, made on first start and readable by its owner only.
/// </summary>
public static class MasterKey
{
    private const int KeyBytes = 32;

    public static SecretBox Load(IConfiguration configuration, IOptions<StorageOptions> storage)
    {
        if (configuration["Ezw:MasterKey"] is { Length: > 0 } setting)
            return new SecretBox(Decode(setting, "Ezw:MasterKey"));
        var file = Path.Combine(DataFolder.Open(storage.Value.DataFolder), "master.key");
        if (!File.Exists(file))
            Create(file);
        return new SecretBox(Decode(File.ReadAllText(file).Trim(), file));
    }

    private static void Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
    }

    private static byte[] Decode(string text, string source)
    {
        var key = new byte[KeyBytes];
        if (!Convert.TryFromBase64String(text, key, out var written) || written != KeyBytes)
            throw new InvalidOperationException($"{source} must be {KeyBytes} bytes in base64 (make one: openssl rand -base64 32).");
        return key;
    }
}
