namespace Ezw.Tests.Support;

/// <summary>The folder that holds EZWhatsApp.slnx, found by walking up from the test program.</summary>
public static class RepositoryRoot
{
    public static string Path { get; } = Find();

    /// <summary>The absolute path of a file or folder of the repository, named with slashes.</summary>
    public static string Of(string relativePath) => System.IO.Path.Combine(Path, relativePath);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "EZWhatsApp.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside the repository: no EZWhatsApp.slnx above the test program.");
    }
}
