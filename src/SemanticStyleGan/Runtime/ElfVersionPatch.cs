using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SemanticStyleGan.Runtime;

/// <summary>
/// Marks one version requirement of a 64-bit little-endian ELF library as weak in a copy of it.
/// </summary>
/// <remarks>
/// TorchSharp's native library asks for <c>GLIBCXX_3.4.32</c> (GCC 13), which Debian 12 and Ubuntu 22.04 lack. The only
/// symbol behind that version is an initialiser that nothing in the library refers to, so a weak requirement is enough:
/// the dynamic linker then ignores that the version is missing.
/// </remarks>
internal static class ElfVersionPatch
{
    private const string Version = "GLIBCXX_3.4.32";
    private const int SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>The path of the patched copy of <paramref name="library"/> in the user's cache; made if it is not there yet.</summary>
    internal static string CachedCopy(string library)
    {
        byte[] bytes = File.ReadAllBytes(library);
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        if (!MarkWeak(bytes, Version))
            throw new BadImageFormatException($"{library}: no {Version} requirement to relax; the library fails to load for another reason.");

        foreach (string root in CacheFolder.Candidates("native"))
        {
            string copy = Path.Combine(root, hash, Path.GetFileName(library));
            if (File.Exists(copy) && new FileInfo(copy).Length == bytes.Length) return copy;
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                string temporary = $"{copy}.{Environment.ProcessId}.tmp";
                File.WriteAllBytes(temporary, bytes);
                File.Move(temporary, copy, overwrite: true);
                return copy;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A read-only home: try the next place.
            }
        }
        throw new IOException("No folder could be written for the native library's copy: neither the user's cache folder nor the temporary folder.");
    }

    /// <summary>Sets the weak flag of every <paramref name="version"/> requirement; false if there is none.</summary>
    internal static bool MarkWeak(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || !elf[..4].SequenceEqual((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F']) || elf[4] != 2 || elf[5] != 1)
            throw new BadImageFormatException("Not a 64-bit little-endian ELF file.");
        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(elf[0x28..]);
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3a..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3c..]);
        bool found = false;
        for (int i = 0; i < count; i++)
        {
            Span<byte> section = elf[checked((int)table + i * entrySize)..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != SectionTypeVersionNeeds) continue;
            int offset = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(section[0x18..]));
            int link = BinaryPrimitives.ReadInt32LittleEndian(section[0x28..]);
            int strings = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(elf[checked((int)table + link * entrySize + 0x18)..]));
            found |= MarkNeeds(elf, offset, strings, Encoding.ASCII.GetBytes(version));
        }
        return found;
    }

    // Elf64_Verneed { u16 version, count; u32 file, aux, next } → Elf64_Vernaux { u32 hash; u16 flags, other; u32 name, next }
    private static bool MarkNeeds(Span<byte> elf, int need, int strings, ReadOnlySpan<byte> version)
    {
        bool found = false;
        while (true)
        {
            int aux = need + BinaryPrimitives.ReadInt32LittleEndian(elf[(need + 8)..]);
            for (int left = BinaryPrimitives.ReadUInt16LittleEndian(elf[(need + 2)..]); left > 0; left--)
            {
                Span<byte> name = elf[(strings + BinaryPrimitives.ReadInt32LittleEndian(elf[(aux + 8)..]))..];
                if (name.StartsWith(version) && name[version.Length] == 0)
                {
                    ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(elf[(aux + 4)..]);
                    BinaryPrimitives.WriteUInt16LittleEndian(elf[(aux + 4)..], (ushort)(flags | WeakFlag));
                    found = true;
                }
                aux += BinaryPrimitives.ReadInt32LittleEndian(elf[(aux + 12)..]);
            }
            int next = BinaryPrimitives.ReadInt32LittleEndian(elf[(need + 12)..]);
            if (next == 0) return found;
            need += next;
        }
    }
}
