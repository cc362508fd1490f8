using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using Spectre.Console;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>dataset info</c>: what is in a data set, in numbers and as a picture.</summary>
internal static class DatasetInfoCommand
{
    // Enough for shares to about a tenth of a per cent; a drawn set may be endless.
    private const int Sampled = 2000;

    public static Command Create()
    {
        Argument<string> data = new("data") { Description = DatasetSources.SpecDescription + "." };
        Option<string?> sheet = new("--out", "-o") { Description = "Write a contact sheet here: images beside coloured masks (PNG).", HelpName = "FILE" };
        Option<int> samples = CommonOptions.Integer("--samples", "How many samples the contact sheet shows.", 32, 1, 1024);
        Option<bool> check = new("--check") { Description = "Read every sample, and compare the classes' counts with what the file says." };
        Option<bool> overwrite = CommonOptions.Overwrite();
        Command command = new("info", "Show what is in a data set.") { data, sheet, samples, check, overwrite };
        command.Runs((parsed, stop) =>
        {
            if (parsed.GetValue(sheet) is { } target) CommonOptions.RefuseExisting(target, parsed.GetValue(overwrite));
            ISampleSource source = DatasetSources.Open(parsed.GetValue(data)!);
            using IDisposable? owned = source as IDisposable;
            DatasetStatistics statistics = Count(source, parsed.GetValue(check), stop);
            Print(source, statistics);
            if (parsed.GetValue(sheet) is not { } path) return;
            PngCodec.Write(path, ContactSheet.Create(source, parsed.GetValue(samples), stop));
            Console.WriteLine($"contact sheet: {path}");
        });
        return command.WithExamples("semantic-stylegan dataset info faces.zip --out sheet.png");
    }

    private static DatasetStatistics Count(ISampleSource source, bool check, CancellationToken stop)
    {
        DatasetHeader? header = (source as DatasetArchive)?.Header;
        DatasetStatistics? stated = header is null ? null : new DatasetStatistics(header.Count, [.. header.ClassPixels], [.. header.ClassImages]);
        if (stated is not null && !check) return stated;
        DatasetStatistics counted = ProgressDisplay.Run("Reading", progress => DatasetStatistics.Count(source, check ? int.MaxValue : Sampled, progress, stop));
        if (stated is not null && !(stated.ClassPixels.SequenceEqual(counted.ClassPixels) && stated.ClassImages.SequenceEqual(counted.ClassImages)))
            throw new DatasetFormatException($"{source.Description}: the masks' class counts differ from those in {DatasetHeader.EntryName}; the masks were changed after the import.");
        return counted;
    }

    private static void Print(ISampleSource source, DatasetStatistics statistics)
    {
        Console.WriteLine(source.Description);
        if (source is DatasetArchive { Header: var header }) Console.WriteLine($"source: {header.Source}");
        if (source.Layout is not { } layout) return;
        if (statistics.Samples < source.Count) Console.WriteLine($"classes of the first {statistics.Samples:N0} samples:");
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string name in new[] { "class", "name", "colour", "pixels", "images", "", "" })
            table.AddColumn(new TableColumn(name) { NoWrap = true, Alignment = name is "class" or "pixels" or "images" ? Justify.Right : Justify.Left });
        double pixels = Math.Max(1, statistics.ClassPixels.Sum());
        for (int k = 0; k < layout.Count; k++)
        {
            SemanticClass c = layout.Classes[k];
            table.AddRow(
                $"{k}", Markup.Escape(c.Name), $"[on #{c.Color:X6}]  [/] #{c.Color:X6}",
                $"{100 * statistics.ClassPixels[k] / pixels:0.00} %", $"{statistics.ClassImages[k]:N0}", $"{100.0 * statistics.ClassImages[k] / statistics.Samples:0} %",
                c.Transparent ? "transparent" : "");
        }
        AnsiConsole.Write(table);
    }
}
