const API_URL = /https:\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?:\/([A-Za-z0-9_-]+))?/g;

/**
 * Replaces the public URLs of REST APIs by those of the local gateway, so that a link built from
 * `https://${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}` works in a browser on this machine.
 * @param localUrl of an API and, if there is one, its stage; undefined for APIs that are not here: those stay as they are
 */
export function rewriteApiUrls(
  text: string,
  localUrl: (restApiId: string, stage?: string) => string | undefined,
): string {
  return text.replace(
    API_URL,
    (whole, restApiId: string, stage: string | undefined) => localUrl(restApiId, stage) ?? whole,
  );
}
