namespace Ezw.Foundation.Storage;

/// <summary>Where the truth lives. Section "Ezw".</summary>
public sealed class StorageOptions
{
    /// <summary>Folder for the SQLite file, keys and media. Created with owner-only rights.</summary>
    public string DataFolder { get; set; } = "data";

    /// <summary>Empty: SQLite in the data folder. Else a PostgreSQL connection string.</summary>
    public string Database { get; set; } = "";
}
