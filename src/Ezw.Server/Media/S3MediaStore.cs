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

    public Task<StoreOutcome> KeepAsync(Guid organizationId, SpooledFile file, CancellationToken cancellationToken) =>
        S3Bucket.AskAsync<StoreOutcome>(async () =>
        {
            var key = file.Hash.KeyIn(organizationId);
            // The name is the content: what is there already need not travel again.
            if (await SizeAsync(key, cancellationToken) != file.SizeBytes)
                await UploadAsync(key, file, cancellationToken);
            return new StoreOutcome.Stored(file.Hash, file.SizeBytes);
        }, reason => new StoreOutcome.StoreUnavailable(reason), cancellationToken);

    public Task<OpenOutcome> OpenAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken) =>
        S3Bucket.AskAsync<OpenOutcome>(async () =>
        {
            try
            {
                var answer = await bucket.Client.GetObjectAsync(bucket.Name, hash.KeyIn(organizationId), cancellationToken);
                return new OpenOutcome.Opened(answer.ResponseStream, answer.ContentLength);
            }
            catch (AmazonS3Exception failure) when (S3Bucket.IsAbsence(failure))
            {
                return new OpenOutcome.Absent();
            }
        }, reason => new OpenOutcome.StoreUnavailable(reason), cancellationToken);

    public Task<bool?> ExistsAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken) =>
        S3Bucket.AskAsync<bool?>(
            async () => await SizeAsync(hash.KeyIn(organizationId), cancellationToken) is not null, _ => null, cancellationToken);

    public Task<bool> DeleteAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken) =>
        S3Bucket.AskAsync(async () =>
        {
            try
            {
                await bucket.Client.DeleteObjectAsync(bucket.Name, hash.KeyIn(organizationId), cancellationToken);
                return true;
            }
            catch (AmazonS3Exception failure) when (S3Bucket.IsAbsence(failure))
            {
                return true;
            }
        }, _ => false, cancellationToken);

    public Task<SignedUrl?> SignReadAsync(Guid organizationId, MediaHash hash, SignedRead read, CancellationToken cancellationToken)
    {
        var longest = TimeSpan.FromSeconds(options.UrlLifetimeSeconds);
        var lifetime = read.Lifetime is { } wanted && wanted < longest ? wanted : longest;
        var expiresAt = time.GetUtcNow() + lifetime;
        var presentation = Presentation.Of(read);
        // Signing is arithmetic, but the default chain may have to fetch the keys first.
        return S3Bucket.AskAsync<SignedUrl?>(async () => new SignedUrl(
            new Uri(await bucket.Client.GetPreSignedURLAsync(new GetPreSignedUrlRequest
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
                    CacheControl = $"private, max-age={(long)lifetime.TotalSeconds}",
                },
            })), expiresAt), _ => null, cancellationToken);
    }

    private async Task<long?> SizeAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return (await bucket.Client.GetObjectMetadataAsync(bucket.Name, key, cancellationToken)).ContentLength;
        }
        catch (AmazonS3Exception failure) when (S3Bucket.IsAbsence(failure))
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
