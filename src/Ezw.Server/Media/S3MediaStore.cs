using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace Ezw.Media;

/// <summary>Files in a bucket. Its URLs are presigned by the bucket's own rules, and the bytes do not pass through this server.</summary>
internal sealed class S3MediaStore(S3Bucket bucket, IOptions<MediaOptions> options, TimeProvider time) : IMediaStore
{
    private readonly MediaOptions options = options.Value;

    public bool IsConfigured => true;

    public async Task<StoreOutcome> KeepAsync(Guid organizationId, SpooledFile file, CancellationToken cancellationToken)
    {
        try
        {
            var key = file.Hash.KeyIn(organizationId);
            // The name is the content: what is there already need not travel again.
            if (await SizeAsync(key, cancellationToken) != file.SizeBytes)
                await UploadAsync(key, file, cancellationToken);
            return new StoreOutcome.Stored(file.Hash, file.SizeBytes);
        }
        catch (Exception failure) when (S3Fault.IsUnavailable(failure, cancellationToken))
        {
            return new StoreOutcome.StoreUnavailable(S3Fault.ReasonOf(failure));
        }
    }

    public async Task<OpenOutcome> OpenAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await bucket.Client.GetObjectAsync(bucket.Name, hash.KeyIn(organizationId), cancellationToken);
            return new OpenOutcome.Opened(answer.ResponseStream, answer.ContentLength);
        }
        catch (AmazonS3Exception failure) when (S3Fault.IsAbsent(failure))
        {
            return new OpenOutcome.Absent();
        }
        catch (Exception failure) when (S3Fault.IsUnavailable(failure, cancellationToken))
        {
            return new OpenOutcome.StoreUnavailable(S3Fault.ReasonOf(failure));
        }
    }

    public async Task<bool?> ExistsAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken)
    {
        try
        {
            return await SizeAsync(hash.KeyIn(organizationId), cancellationToken) is not null;
        }
        catch (Exception failure) when (S3Fault.IsUnavailable(failure, cancellationToken))
        {
            return null;
        }
    }

    public async Task<bool> DeleteAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken)
    {
        try
        {
            await bucket.Client.DeleteObjectAsync(bucket.Name, hash.KeyIn(organizationId), cancellationToken);
            return true;
        }
        catch (AmazonS3Exception failure) when (S3Fault.IsAbsent(failure))
        {
            return true;
        }
        catch (Exception failure) when (S3Fault.IsUnavailable(failure, cancellationToken))
        {
            return false;
        }
    }

    public async Task<SignedUrl?> SignReadAsync(
        Guid organizationId, MediaHash hash, SignedRead read, CancellationToken cancellationToken)
    {
        var longest = TimeSpan.FromSeconds(options.UrlLifetimeSeconds);
        var expiresAt = time.GetUtcNow() + (read.Lifetime is { } wanted && wanted < longest ? wanted : longest);
        var presentation = Presentation.Of(read);
        try
        {
            var url = await bucket.Client.GetPreSignedURLAsync(new GetPreSignedUrlRequest
            {
                BucketName = bucket.Name,
                Key = hash.KeyIn(organizationId),
                Verb = HttpVerb.GET,
                Protocol = bucket.IsPlainHttp ? Protocol.HTTP : Protocol.HTTPS,
                Expires = expiresAt.UtcDateTime,
                ResponseHeaderOverrides = new ResponseHeaderOverrides
                {
                    ContentType = presentation.ContentType,
                    ContentDisposition = presentation.ContentDisposition,
                    CacheControl = $"private, max-age={(int)(expiresAt - time.GetUtcNow()).TotalSeconds}",
                },
            });
            return new SignedUrl(new Uri(url), expiresAt);
        }
        catch (Exception failure) when (S3Fault.IsUnavailable(failure, cancellationToken))
        {
            return null;
        }
    }

    private async Task<long?> SizeAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return (await bucket.Client.GetObjectMetadataAsync(bucket.Name, key, cancellationToken)).ContentLength;
        }
        catch (AmazonS3Exception failure) when (S3Fault.IsAbsent(failure))
        {
            return null;
        }
    }

    private async Task UploadAsync(string key, SpooledFile file, CancellationToken cancellationToken)
    {
        if (file.SizeBytes > options.S3.PartBytes)
        {
            await UploadPartsAsync(key, file, cancellationToken);
            return;
        }
        await bucket.Client.PutObjectAsync(new PutObjectRequest
        {
            BucketName = bucket.Name,
            Key = key,
            FilePath = file.Path,
            // What the file is stands in our own records; in the bucket it is bytes.
            ContentType = "application/octet-stream",
            UseChunkEncoding = options.S3.ChunkEncoding,
            DisablePayloadSigning = !options.S3.PayloadSigning,
        }, cancellationToken);
    }

    private async Task UploadPartsAsync(string key, SpooledFile file, CancellationToken cancellationToken)
    {
        var upload = await bucket.Client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket.Name, Key = key, ContentType = "application/octet-stream" },
            cancellationToken);
        try
        {
            var parts = new List<PartETag>();
            for (long position = 0; position < file.SizeBytes; position += options.S3.PartBytes)
                parts.Add(await UploadPartAsync(upload, file, parts.Count + 1, position, cancellationToken));
            await bucket.Client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = bucket.Name, Key = key, UploadId = upload.UploadId, PartETags = parts,
            }, cancellationToken);
        }
        catch
        {
            await AbortAsync(key, upload.UploadId);
            throw;
        }
    }

    private async Task<PartETag> UploadPartAsync(
        InitiateMultipartUploadResponse upload, SpooledFile file, int number, long position, CancellationToken cancellationToken)
    {
        var part = await bucket.Client.UploadPartAsync(new UploadPartRequest
        {
            BucketName = upload.BucketName,
            Key = upload.Key,
            UploadId = upload.UploadId,
            PartNumber = number,
            FilePath = file.Path,
            FilePosition = position,
            PartSize = Math.Min(options.S3.PartBytes, file.SizeBytes - position),
            UseChunkEncoding = options.S3.ChunkEncoding,
            DisablePayloadSigning = !options.S3.PayloadSigning,
        }, cancellationToken);
        return new PartETag(part);
    }

    // Parts of an upload that never ends are paid for; a bucket that is away now is left to its own lifecycle rule.
    private async Task AbortAsync(string key, string uploadId)
    {
        try
        {
            await bucket.Client.AbortMultipartUploadAsync(bucket.Name, key, uploadId, CancellationToken.None);
        }
        catch (Exception failure) when (failure is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            bucket.NotAborted(uploadId, failure);
        }
    }
}

/// <summary>Tells a bucket that is away, or refuses us, from a bug.</summary>
internal static class S3Fault
{
    public static bool IsAbsent(AmazonS3Exception failure) =>
        failure.StatusCode == HttpStatusCode.NotFound && failure.ErrorCode != "NoSuchBucket";

    public static bool IsUnavailable(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    /// <summary>The service's code, never its message: that may quote keys.</summary>
    public static string ReasonOf(Exception failure) => failure switch
    {
        AmazonServiceException { ErrorCode: { Length: > 0 } code } => $"The bucket answered {code}.",
        AmazonServiceException { StatusCode: not 0 } service => $"The bucket answered {(int)service.StatusCode}.",
        _ => "The bucket cannot be reached.",
    };
}
