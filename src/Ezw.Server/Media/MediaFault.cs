namespace Ezw.Media;

/// <summary>Tells a disk that is full, read-only or away from a bug.</summary>
internal static class MediaFault
{
    // ENOSPC, EDQUOT, EROFS of Linux, and ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL of Windows.
    private const int NoSpace = 28;
    private const int OverQuota = 122;
    private const int ReadOnly = 30;
    private const int WindowsNoSpace = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool IsOfDisk(Exception failure) => failure is IOException or UnauthorizedAccessException;

    public static string ReasonOf(Exception failure) => failure switch
    {
        IOException { HResult: NoSpace or OverQuota or WindowsNoSpace or WindowsDiskFull } => "The disk of the media folder is full.",
        IOException { HResult: ReadOnly } => "The media folder is read-only.",
        UnauthorizedAccessException => "The server has no rights in the media folder.",
        _ => "The media folder cannot be used.",
    };
}
