/** The gateway itself refuses a call, or could not get an answer for it. Becomes the API's gateway response of this type. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly type: GatewayErrorType;
  readonly validationErrors: readonly string[];

  constructor(
    type: GatewayErrorType,
    message: string = GATEWAY_ERRORS[type].message,
    validationErrors: readonly string[] = [],
  ) {
    super(message);
    this.type = type;
    this.validationErrors = validationErrors;
  }
}

export type GatewayErrorType = keyof typeof GATEWAY_ERRORS;

/**
 * Status and message that API Gateway uses if the API does not set its own.
 * See https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const GATEWAY_ERRORS = {
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    code: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  },
  UNAUTHORIZED: { status: 401, code: 'UnauthorizedException', message: 'Unauthorized' },
  ACCESS_DENIED: {
    status: 403,
    code: 'AccessDeniedException',
    message: 'User is not authorized to access this resource',
  },
  /** An authorizer failed, or answered something that is no policy. */
  AUTHORIZER_CONFIGURATION_ERROR: {
    status: 500,
    code: 'AuthorizerConfigurationException',
    message: 'Internal server error',
  },
  INVALID_API_KEY: { status: 403, code: 'ForbiddenException', message: 'Forbidden' },
  THROTTLED: { status: 429, code: 'TooManyRequestsException', message: 'Too Many Requests' },
  QUOTA_EXCEEDED: { status: 429, code: 'LimitExceededException', message: 'Limit Exceeded' },
  BAD_REQUEST_PARAMETERS: { status: 400, code: 'BadRequestException', message: 'Missing required request parameters' },
  BAD_REQUEST_BODY: { status: 400, code: 'BadRequestException', message: 'Invalid request body' },
  REQUEST_TOO_LARGE: {
    status: 413,
    code: 'RequestTooLargeException',
    message: 'HTTP content length exceeded 10485760 bytes.',
  },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, code: 'UnsupportedMediaTypeException', message: 'Unsupported Media Type' },
  INTEGRATION_TIMEOUT: { status: 504, code: 'InternalServerErrorException', message: 'Endpoint request timed out' },
  INTEGRATION_FAILURE: {
    status: 504,
    code: 'InternalServerErrorException',
    message: 'Network error communicating with endpoint',
  },
  API_CONFIGURATION_ERROR: { status: 500, code: 'InternalServerErrorException', message: 'Internal server error' },
  /** A Lambda function failed, or answered something that is no answer. It has no response type of its own. */
  DEFAULT_5XX: { status: 502, code: 'InternalServerErrorException', message: 'Internal server error' },
  DEFAULT_4XX: { status: 400, code: 'BadRequestException', message: 'Bad Request' },
} as const;
