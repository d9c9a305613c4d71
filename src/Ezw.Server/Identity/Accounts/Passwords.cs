using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Ezw.Identity.Accounts;

/// <summary>
/// Hashes and checks passwords, a few at a time: the work is meant to be slow, and guesses must not take every core from messages.
/// </summary>
internal sealed class Passwords : IDisposable
{
    /// <summary>PBKDF2-HMAC-SHA512, OWASP Password Storage Cheat Sheet: 210,000 iterations.</summary>
    private const int Iterations = 210_000;

    /// <summary>Guesses beyond this are told to come back; each one ahead is about 0.1 s of work.</summary>
    private const int MaxWaiting = 64;

    private const int TemporaryPasswordCharacters = 16;

    // No vowels and no look-alikes: it is read aloud, and it must not spell anything.
    private const string TemporaryAlphabet = "bcdfghjkmnpqrstvwxz23456789";

    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    private readonly SemaphoreSlim cores = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lazy<string> dummy;
    private int waiting;

    public Passwords() => dummy = new Lazy<string>(() => hasher.HashPassword(Nobody, MakeTemporary()));

    public static string MakeTemporary() => RandomNumberGenerator.GetString(TemporaryAlphabet, TemporaryPasswordCharacters);

    /// <summary>For people who were let in already, so that nobody is turned away.</summary>
    public async Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        await cores.WaitAsync(cancellationToken);
        try
        {
            return hasher.HashPassword(Nobody, password);
        }
        finally
        {
            cores.Release();
        }
    }

    /// <summary>Does the same work without a hash, so that time does not tell who has an account. Null when too many wait already.</summary>
    public async Task<bool?> VerifyAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return null;
        }
        try
        {
            await cores.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
        try
        {
            var verified = hasher.VerifyHashedPassword(Nobody, hash ?? dummy.Value, password) != PasswordVerificationResult.Failed;
            return verified && hash is not null;
        }
        finally
        {
            cores.Release();
        }
    }

    public void Dispose() => cores.Dispose();
}
