using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Options;

namespace Ezw.Media;

/// <summary>The connection to the bucket of the settings.</summary>
internal sealed class S3Bucket : IDisposable
{
    private const int Retries = 2;

    private readonly ILogger<S3Bucket> log;

    public S3Bucket(IOptions<MediaOptions> options, ILogger<S3Bucket> log)
    {
        var s3 = options.Value.S3;
        this.log = log;
        Name = s3.Bucket;
        IsPlainHttp = s3.ServiceUrl.StartsWith("http:", StringComparison.OrdinalIgnoreCase);
        // Without keys the SDK looks in the environment, in profiles and at the machine's role.
        Client = s3.AccessKey.Length > 0
            ? new AmazonS3Client(new BasicAWSCredentials(s3.AccessKey, s3.SecretKey), ConfigOf(s3))
            : new AmazonS3Client(ConfigOf(s3));
    }

    public AmazonS3Client Client { get; }

    public string Name { get; }

    public bool IsPlainHttp { get; }

    public void NotAborted(string uploadId, Exception failure) =>
        log.LogWarning("The multipart upload {UploadId} could not be aborted: {Reason}", uploadId, S3Fault.ReasonOf(failure));

    public void Dispose() => Client.Dispose();

    private static AmazonS3Config ConfigOf(S3Options s3)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = s3.PathStyle,
            MaxErrorRetry = Retries,
            Timeout = TimeSpan.FromSeconds(s3.TimeoutSeconds),
            RequestChecksumCalculation = s3.RequestChecksums == S3Options.WhenRequired
                ? RequestChecksumCalculation.WHEN_REQUIRED : RequestChecksumCalculation.WHEN_SUPPORTED,
            ResponseChecksumValidation = s3.ResponseChecksums == S3Options.WhenRequired
                ? ResponseChecksumValidation.WHEN_REQUIRED : ResponseChecksumValidation.WHEN_SUPPORTED,
        };
        if (s3.ServiceUrl.Length > 0)
        {
            config.ServiceURL = s3.ServiceUrl;
            config.AuthenticationRegion = s3.Region.Length > 0 ? s3.Region : null;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(s3.Region);
        }
        return config;
    }
}
