using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Ezw.Tests.Support;

/// <summary>
/// OpenStack Swift with its S3 door, started once per process on first use: an S3 server that is not Amazon's, with its own checks of
/// signatures, dates and parts. SwiftServer.py beside this file says how it is put together.
/// </summary>
public sealed class SwiftServer
{
    public const string AccessKey = "test:media";
    public const string SecretKey = "a secret of tests only";
    public const string Region = "eu-central-1";

    // Debian's interpreter, since Debian's package brings the modules.
    private const string Python = "/usr/bin/python3";
    private const string Modules = "/usr/lib/python3/dist-packages/swift";

    private const string Script = """
        python=$1 program=$2 folder=$3 access=$4 secret=$5
        mkdir -m 700 "$folder"
        "$python" "$program" "$folder" "$access" "$secret" >"$folder/log" 2>&1 &
        swift=$!
        trap 'kill -KILL $swift 2>/dev/null || true; wait $swift 2>/dev/null || true; rm -rf "$folder"' EXIT
        until [ -e "$folder/port" ]; do
          kill -0 $swift || { cat "$folder/log"; exit 1; }
          sleep 0.1
        done
        ready
        """;

    private static readonly Lazy<Task<SwiftServer>> OnePerProcess = new(StartAsync);

    private SwiftServer(string address) => Address = address;

    /// <summary>Whether the package is there.</summary>
    public static bool IsAvailable => File.Exists(Python) && Directory.Exists(Modules);

    /// <summary>Without a slash at its end.</summary>
    public string Address { get; }

    /// <summary>The server of this process; started by the first caller.</summary>
    public static Task<SwiftServer> SharedAsync() => OnePerProcess.Value;

    /// <summary>Makes an empty bucket that only the caller knows and returns the settings of a server that keeps its files there.</summary>
    public async Task<string[]> CreateBucketAsync()
    {
        var bucket = $"ezw-{Guid.CreateVersion7():n}";
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(AccessKey, SecretKey),
            new AmazonS3Config { ServiceURL = Address, ForcePathStyle = true, AuthenticationRegion = Region });
        await client.PutBucketAsync(new PutBucketRequest { BucketName = bucket });
        return
        [
            "Ezw:Media:Kind=s3", $"Ezw:Media:S3:Bucket={bucket}", $"Ezw:Media:S3:Region={Region}", $"Ezw:Media:S3:ServiceUrl={Address}",
            "Ezw:Media:S3:PathStyle=true", $"Ezw:Media:S3:AccessKey={AccessKey}", $"Ezw:Media:S3:SecretKey={SecretKey}",
            "Ezw:Media:S3:RequestChecksums=when_required", "Ezw:Media:S3:ResponseChecksums=when_required",
            "Ezw:Media:S3:ChunkEncoding=false", "Ezw:Media:S3:PartBytes=5242880",
        ];
    }

    private static async Task<SwiftServer> StartAsync()
    {
        if (!IsAvailable)
        {
            throw new InvalidOperationException("OpenStack Swift is not installed: run ./dev setup.");
        }

        var folder = Path.Combine(Path.GetTempPath(), $"ezw-swift-{Guid.CreateVersion7():n}");
        await ChildServer.StartAsync(
            Script, user: null, Python, RepositoryRoot.Of("tests/Ezw.Tests/Support/SwiftServer.py"), folder, AccessKey, SecretKey);
        var port = int.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "port")), CultureInfo.InvariantCulture);
        return new SwiftServer($"http://127.0.0.1:{port}");
    }
}
