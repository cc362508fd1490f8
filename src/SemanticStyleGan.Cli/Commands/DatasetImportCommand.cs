using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Data;
using SemanticStyleGan.Data.Import;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>dataset import</c>: a user's pictures and masks become one file.</summary>
internal static class DatasetImportCommand
{
    private const string ClassesHelp = """
        labels.json lists the classes by index, class 0 being the background; colours are optional:
          {
            "name": "my-faces",
            "classes": [
              { "name": "background", "color": "#000000" },
              { "name": "face",       "color": "#EFEA5A" },
              { "name": "glasses",    "color": "#EA7247", "transparent": true }
            ]
          }
        Masks are PNG files named like their pictures: class indices (grey or palette images) or the classes' exact colours.
        """;

    public static Command Create() => new("import", "Turn pictures and masks into a data set file.")
    {
        CreateCelebAMaskHq(), CreateFolder(), CreateImages(), CreateLmdb(),
    };

    private static Command CreateCelebAMaskHq()
    {
        Argument<string> root = new("raw") { Description = "The folder that holds CelebA-HQ-img and CelebAMask-HQ-mask-anno." };
        Option<string> split = new("--split")
        {
            Description = "all, train or val (of the full 30,000 images: 0-27999 and 28000-29999), or numbers such as 0-31.",
            DefaultValueFactory = _ => "all",
        };
        Output output = new();
        Command command = new("celebamask-hq", "Faces with masks of 13 classes from a CelebAMask-HQ folder.") { root, split };
        output.AddTo(command);
        command.Runs((parsed, stop) =>
        {
            output.Check(parsed);
            CelebAMaskHqSplit which = CelebAMaskHqSplit.Parse(parsed.GetValue(split)!);
            output.Write(parsed, new CelebAMaskHqFolder(parsed.GetValue(root)!, parsed.GetValue(output.Size), which), stop);
        });
        return command.WithExamples("semantic-stylegan dataset import celebamask-hq CelebAMask-HQ --split train --size 256 --out faces256.zip");
    }

    private static Command CreateFolder()
    {
        Option<string> images = new("--images") { Description = "Folder of pictures.", Required = true, HelpName = "DIR" };
        Option<string> labels = new("--labels") { Description = "Folder of masks, named like the pictures.", Required = true, HelpName = "DIR" };
        Option<string> classes = new("--classes") { Description = "What the masks' values mean, see below; without it the 13 classes of faces.", HelpName = "labels.json" };
        Output output = new();
        Command command = new("folder", "Pictures with masks of any classes from two folders.") { images, labels, classes };
        output.AddTo(command);
        command.Runs((parsed, stop) =>
        {
            output.Check(parsed);
            SemanticLayout layout = parsed.GetValue(classes) is { } file ? SemanticLayout.Read(file) : SemanticLayout.Faces;
            output.Write(parsed, new LabelledFolder(parsed.GetValue(images)!, parsed.GetValue(labels)!, layout, parsed.GetValue(output.Size)), stop);
        });
        return command.WithNotes(ClassesHelp)
            .WithExamples("semantic-stylegan dataset import folder --images photos --labels masks --classes labels.json --size 128 --out mine.zip");
    }

    private static Command CreateImages()
    {
        Argument<string> folder = new("folder") { Description = "Folder of pictures, searched with its subfolders." };
        Output output = new();
        Command command = new("images", "Pictures without masks, to adapt a model to; the middle square of each is used.") { folder };
        output.AddTo(command);
        command.Runs((parsed, stop) =>
        {
            output.Check(parsed);
            output.Write(parsed, new PictureFolder(parsed.GetValue(folder)!, parsed.GetValue(output.Size)), stop);
        });
        return command.WithExamples("semantic-stylegan dataset import images toons --size 128 --out toons.zip");
    }

    private static Command CreateLmdb()
    {
        Argument<string> folder = new("folder") { Description = "A folder with data.mdb (LMDB 0.9) in one of the authors' two layouts, with or without masks." };
        Option<string> classes = new("--classes") { Description = "What the masks' values mean; without it the 13 classes of faces.", HelpName = "labels.json" };
        Output output = new();
        Command command = new("lmdb", "Pictures with or without masks from an LMDB of the authors.") { folder, classes };
        output.AddTo(command);
        command.Runs((parsed, stop) =>
        {
            output.Check(parsed);
            SemanticLayout? layout = parsed.GetValue(classes) is { } file ? SemanticLayout.Read(file) : null;
            using LmdbDataset source = LmdbDataset.Open(parsed.GetValue(folder)!, parsed.GetValue(output.Size), layout);
            output.Write(parsed, source, stop);
        });
        return command.WithNotes(ClassesHelp).WithExamples("semantic-stylegan dataset import lmdb celebamask-lmdb --size 256 --out faces256.zip");
    }

    /// <summary>The options that every import has, and the writing itself.</summary>
    private sealed class Output
    {
        private readonly Option<string> _out = CommonOptions.OutFile("The data set file to write.");
        private readonly Option<bool> _skipBad = new("--skip-bad") { Description = "Leave out samples with problems instead of stopping." };
        private readonly Option<bool> _overwrite = CommonOptions.Overwrite();

        internal Option<int> Size { get; } = CommonOptions.ImageSize(64);

        internal void AddTo(Command command)
        {
            foreach (Option option in new Option[] { _out, Size, _skipBad, _overwrite }) command.Add(option);
        }

        internal void Check(ParseResult parsed) => CommonOptions.RefuseExisting(parsed.GetValue(_out)!, parsed.GetValue(_overwrite));

        internal void Write(ParseResult parsed, IRawSamples source, CancellationToken stop)
        {
            string path = parsed.GetValue(_out)!;
            (int written, IReadOnlyList<string> problems) = ProgressDisplay.Run("Preparing", progress =>
                DatasetImport.Write(source, path, parsed.GetValue(_skipBad), progress, stop));
            if (problems.Count > 0)
            {
                Console.Error.WriteLine($"left out because of {problems.Count:N0} {(problems.Count == 1 ? "problem" : "problems")}:");
                CommandRunner.ListProblems(problems);
            }
            Console.WriteLine($"{path}: {written:N0} images of {source.Size}×{source.Size} pixels{(source.Layout is null ? "" : $" with masks of {source.Layout.Count} classes")}.");
        }
    }
}
