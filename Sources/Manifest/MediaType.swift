/// What a file or a segment of it is to the model. An animated GIF counts as an image: its first frame is taken.
public enum MediaType: String, Sendable, Codable, CaseIterable {
    case image, video, audio
}

/// Kind by file name extension, in any case of letters; nil: not a media extension.
///
/// Decides only which files of directories and globs are taken. What a file really is, the decoder finds out.
public func mediaType(ofExtension ext: String) -> MediaType? {
    mediaTypesByExtension[ext.lowercased()]
}

private let mediaTypesByExtension: [String: MediaType] = {
    let extensions: [MediaType: String] = [
        .image: "jpg jpeg jpe jfif png webp gif bmp dib tif tiff avif heic heif jp2 tga pgm ppm pnm",
        .video: """
        mp4 m4v mov qt mkv webm avi mpg mpeg mpe m2v ts mts m2ts vob wmv asf flv f4v 3gp 3g2 ogv mxf dv divx rm rmvb \
        y4m nut
        """,
        .audio: """
        wav w64 rf64 mp3 mp2 mpga m4a m4b aac flac ogg oga opus spx weba wma aif aiff aifc caf mka ac3 eac3 dts tta \
        ape wv au snd amr
        """,
    ]
    var types: [String: MediaType] = [:]
    for (type, names) in extensions {
        for name in names.split(separator: " ") { types[String(name)] = type }
    }
    return types
}()
