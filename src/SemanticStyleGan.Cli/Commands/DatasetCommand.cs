using System.CommandLine;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>dataset</c>: the commands that make and show data sets.</summary>
internal static class DatasetCommand
{
    public static Command Create() => new("dataset", "Make and look at data sets.")
    {
        DatasetImportCommand.Create(),
        DatasetExportCommand.Create(),
        DatasetSynthesizeCommand.Create(),
        DatasetInfoCommand.Create(),
    };
}
