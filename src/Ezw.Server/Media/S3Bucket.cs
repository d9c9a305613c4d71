using System.Net;
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

    /// <summary>What the bucket, the way to it or the search for keys refuses is an answer too; everything else is a bug.</summary>
    public static async Task<T> AskAsync<T>(Func<Task<T>> ask, Func<string, T> unavailable, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            return unavailable(ReasonOf(failure));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return unavailable("The bucket does not answer in time.");
        }
    }

    /// <summary>The file is absent; an absent bucket is a wrong setting.</summary>
    public static bool IsAbsence(AmazonS3Exception failure) =>
        failure.StatusCode == HttpStatusCode.NotFound && failure.ErrorCode != "NoSuchBucket";

    public void NotAborted(string uploadId, Exception failure) =>
        log.LogWarning("The multipart upload {UploadId} could not be aborted: {Reason}", uploadId, ReasonOf(failure));

    public void Dispose() => Client.Dispose();

    /// <summary>The service's code, never its message: that may quote keys.</summary>
    private static string ReasonOf(Exception failure) => failure switch
    {
        AmazonServiceException { ErrorCode: { Length: > 0 } code } => $"The bucket answered {code}.",
        AmazonServiceException { StatusCode: not 0 } service => $"The bucket answered {(int)service.StatusCode}.",
        _ => "The bucket cannot be reached.",
    };

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
