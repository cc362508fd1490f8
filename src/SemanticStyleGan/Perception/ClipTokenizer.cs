using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace SemanticStyleGan.Perception;

/// <summary>
/// Turns text into the token numbers of CLIP (Radford et al. 2021, section 2.4): lower case, byte-level pair encoding with an end-of-word mark.
/// The vocabulary follows from the list of merges: bytes, bytes that end a word, one token a merge, start, end.
/// </summary>
public sealed partial class ClipTokenizer
{
    /// <summary>Tokens that a text encoder takes, start and end included.</summary>
    public const int ContextLength = 77;

    private const int MostMerges = 48_894; // the published list is longer than what CLIP uses of it
    private const string EndOfWord = "</w>";
    private readonly BpeTokenizer words;
    private readonly int start;

    private ClipTokenizer(IReadOnlyList<string> merges)
    {
        string[] bytes = [.. ByteCharacters().Select(c => c.ToString())];
        string[] vocabulary = [.. bytes, .. bytes.Select(b => b + EndOfWord), .. merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal))];
        start = vocabulary.Length;
        words = BpeTokenizer.Create(new BpeOptions(vocabulary.Select((token, id) => KeyValuePair.Create(token, id)).DistinctBy(t => t.Key))
        {
            Merges = merges,
            EndOfWordSuffix = EndOfWord,
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(Word(), null),
            Normalizer = new LowerCaseNormalizer(),
        });
    }

    /// <summary>Reads CLIP's list of merges, as text or gzipped (<c>merges.txt</c>, <c>bpe_simple_vocab_16e6.txt.gz</c>): a first line of comment, then two tokens a line.</summary>
    /// <exception cref="InputException">The file is missing or is not such a list.</exception>
    public static ClipTokenizer Load(string path)
    {
        List<string> merges = [];
        try
        {
            using FileStream file = File.OpenRead(path);
            using Stream text = file.ReadByte() == 0x1F ? new GZipStream(Rewound(file), CompressionMode.Decompress) : Rewound(file);
            using StreamReader reader = new(text);
            reader.ReadLine();
            while (merges.Count < MostMerges && reader.ReadLine() is { Length: > 0 } line)
            {
                if (line.Split(' ') is not [{ Length: > 0 }, { Length: > 0 }])
                    throw new InputException($"{path}: line {merges.Count + 2} is '{(line.Length > 40 ? line[..40] + "…" : line)}', expected two tokens and a space, as in CLIP's merges.txt.");
                merges.Add(line);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"{path}: CLIP's list of merges can't be read: {e.Message}", e);
        }
        return merges.Count > 0 ? new ClipTokenizer(merges) : throw new InputException($"{path}: no merges in it, expected CLIP's merges.txt or bpe_simple_vocab_16e6.txt.gz.");
    }

    /// <summary>The tokens of a text: start, words, end, then zeros up to <see cref="ContextLength"/>.</summary>
    /// <exception cref="InputException">The text is empty or too long.</exception>
    public long[] Encode(string text)
    {
        IReadOnlyList<int> tokens = words.EncodeToIds(text);
        if (tokens.Count == 0 || tokens.Count > ContextLength - 2)
            throw new InputException($"text of {tokens.Count} tokens, expected 1 to {ContextLength - 2}: '{(text.Length > 60 ? text[..60] + "…" : text)}'.");
        long[] encoded = new long[ContextLength];
        encoded[0] = start;
        for (int i = 0; i < tokens.Count; i++) encoded[i + 1] = tokens[i];
        encoded[tokens.Count + 1] = start + 1;
        return encoded;
    }

    // Byte-level vocabularies write every byte as a visible character: printable Latin-1 as itself and first, the others as U+0100 and up.
    private static IEnumerable<char> ByteCharacters()
    {
        IEnumerable<int> printable = Enumerable.Range('!', '~' - '!' + 1).Concat(Enumerable.Range('¡', '¬' - '¡' + 1)).Concat(Enumerable.Range('®', 'ÿ' - '®' + 1));
        return printable.Concat(Enumerable.Range(0x100, 256 - printable.Count())).Select(c => (char)c);
    }

    private static FileStream Rewound(FileStream file)
    {
        file.Position = 0;
        return file;
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
